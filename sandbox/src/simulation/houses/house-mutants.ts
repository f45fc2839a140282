import type { Mutant } from '../mutants/mutant.ts';

/** Mutants of the flows of feeds, bookings made with us and blocks from calendars, for histories of houses. */
export const HOUSE_MUTANTS: readonly Mutant[] = [
  {
    name: 'an error page counts as an empty calendar',
    harm: 'a page or half a document is taken for an empty calendar',
    file: 'core/src/ical/frame-feed.ts',
    find: `    if (this.#begun === 0 || this.#inCalendar) throw refuseDocument(this.#text);
`,
    replace: '',
  },
  {
    name: 'what a feed misses once is released at once',
    harm: 'a stay that is missed once is freed, and sold again',
    file: 'core/src/sync/feeds/plan-feed-absences.ts',
    find: `const RELEASE_AFTER_MS = 6 * 3_600_000;`,
    replace: `const RELEASE_AFTER_MS = 0;`,
  },
  {
    name: 'a feed that lost most of what it showed is not suspect for longer',
    harm: 'a feed that went empty for a night frees the whole house',
    file: 'core/src/sync/feeds/plan-feed-absences.ts',
    find: `const RELEASE_SUSPECT_AFTER_MS = 24 * 3_600_000;`,
    replace: `const RELEASE_SUSPECT_AFTER_MS = 6 * 3_600_000;`,
  },
  {
    name: 'entries are told apart by their UIDs alone',
    harm: 'platforms give new UIDs: each read would make new events of all',
    file: 'core/src/sync/feeds/plan-feed-matches.ts',
    find: `  pairing.match('code', joined(code, start, end));`,
    replace: `  if (pairing) return pairing.result();`,
  },
  {
    name: 'a stay that has begun is released when its feed drops it',
    harm: 'a guest who has moved in is freed when the platform drops the stay from its calendar',
    file: 'core/src/sync/feeds/plan-feed-absences.ts',
    find: `    if (!isToCome(known)) return { entry: known };
`,
    replace: '',
  },
  {
    name: 'nothing that a platform shows is taken for an echo',
    harm: 'platforms keep each other closed with what we told them',
    file: 'core/src/sync/feeds/judge-echo.ts',
    find: `  if (!evidence || (next.kind !== 'block' && !isProven(next))) return {};
  return firstSeen(next, evidence, now);`,
    replace: `  return {};`,
  },
  {
    name: 'what holds the house does not hold its rooms',
    harm: 'the house is sold, and its rooms stay open',
    file: 'core/src/ledger/derive-events.ts',
    find: `      ...down(event, resource, resources),
`,
    replace: '',
  },
  {
    name: 'what holds its rooms does not hold the house',
    harm: 'a room is taken, and the whole house is sold',
    file: 'core/src/ledger/derive-events.ts',
    find: `      ...up(event, resource, resources),
    ];`,
    replace: `    ];`,
  },
  {
    name: 'one room more than asked for must be taken to close the house',
    harm: 'both rooms are taken, and the house is open',
    file: 'core/src/ledger/relation-graph.ts',
    find: `counting.length,
  };`,
    replace: `counting.length + 1,
  };`,
  },
  {
    name: 'conflicts are not put on record',
    harm: 'nights sold twice, and nobody is told',
    file: 'core/src/ledger/settle-conflicts.ts',
    find: `  if (!known || differs(known, conflict)) view.putConflict(conflict);
`,
    replace: '',
  },
  {
    name: 'bookings of ours do not look at what is taken',
    harm: 'a booking of ours on nights that somebody has',
    file: 'core/src/sync/direct/commit-direct.ts',
    find: `  if (met.length > 0) throw new TimeTaken(`,
    replace: `  if (met.length > 1e9) throw new TimeTaken(`,
  },
  {
    name: 'an event that is missing holds no time',
    harm: 'absence is taken for evidence at once',
    file: 'core/src/domain/event.ts',
    find: `  return status === 'active' || status === 'missing';`,
    replace: `  return status === 'active';`,
  },
  {
    name: 'pages keep the lines of events that moved away',
    harm: 'pages keep nights that are free again',
    file: 'core/src/ledger/page-changes.ts',
    find: `editOf(before.resourceId, month).remove.add(before.id);`,
    replace: `editOf(before.resourceId, month);`,
  },
  {
    name: 'echoes are published',
    harm: 'what a platform repeats is told to the next one',
    file: 'core/src/sync/publications/published-time.ts',
    find: `until === undefined && echoOf === undefined);`,
    replace: `until === undefined);`,
  },
  {
    name: 'blocks of staff’s own events never go',
    harm: 'what staff took off their calendar blocks on',
    file: 'core/src/sync/busy-in/plan-blocks.ts',
    find: `status: waits ? 'missing' : 'cancelled', runId }`,
    replace: `status: waits ? 'missing' : 'active', runId }`,
  },
  {
    name: 'a release that is taken back holds what no feed shows',
    harm: 'nights held for good that no feed shows',
    file: 'core/src/sync/feeds/feed-event-state.ts',
    find: `    return current.status === 'cancelled' ? null : { ...saidOf(current), status: 'cancelled', runId };`,
    replace: `    return null;`,
  },
  {
    name: 'an unchanged feed releases nothing',
    harm: 'what a quiet feed no longer shows is never freed',
    file: 'core/src/sync/feeds/sync-feed.ts',
    find: `at !== undefined && at <= instantOf(now));`,
    replace: `at !== undefined && at > '9' && at <= instantOf(now));`,
  },
  {
    name: 'a feed that is removed to be released keeps its time',
    harm: 'a calendar full of nobody’s blocks',
    file: 'core/src/sync/feeds/remove-feed.ts',
    find: `const changes = feed.removing === 'release' ?`,
    replace: `const changes = feed.removing !== 'release' ?`,
  },
  {
    name: 'MotoPress’s closures end a day early',
    harm: 'the last night of each closure is sold',
    file: 'core/src/ical/platforms/motopress.ts',
    find: `title === 'BLOCKED' && PRODID.test(prodId)`,
    replace: `title === 'BLOCKED!' && PRODID.test(prodId)`,
  },
  {
    name: 'what a feed calls off is only missing',
    harm: 'what a platform says is off blocks for hours',
    file: 'core/src/sync/feeds/plan-feed-absences.ts',
    find: `    if (input.isCancelled(known)) return release(known, 'it was called off in the feed');
`,
    replace: '',
  },
];
