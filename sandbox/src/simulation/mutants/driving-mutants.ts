import type { Mutant } from './mutant.ts';

/** Faults in how one event is driven to agreement. */
export const DRIVING_MUTANTS: readonly Mutant[] = [
  {
    name: 'no If-Match',
    harm: 'what staff write at that moment is written over',
    file: 'core/src/adapters/google-calendar/google-calendar-provider.ts',
    find: `=== undefined ? {} : { 'If-Match': `,
    replace: `=== undefined ? {} : { 'X-Unheard-Of': `,
  },
  {
    name: 'marks are cleared whatever came since',
    harm: 'an edit made while another is followed is forgotten',
    file: 'core/src/sync/settle-mapping.ts',
    find: `deps.store.mappings.update(tenantId, mapping.id, { ...NO_MARKS, ...settled }, updateTime),`,
    replace: `deps.store.mappings.update(tenantId, mapping.id, { ...NO_MARKS, ...settled }),`,
  },
  {
    name: 'no look at the other calendars',
    harm: 'an event that is dragged to the other bay cancels its booking',
    file: 'core/src/sync/apply-removal.ts',
    find: `  if (moved) return followMove(moved, work, source, deps);
`,
    replace: ``,
  },
  {
    name: 'the ledger always wins',
    harm: 'no edit on a calendar reaches its booking',
    file: 'core/src/sync/plan-reconcile.ts',
    find: `  if (toSource.length > 0) return { do: 'change-source'`,
    replace: `  if (toSource.length > 9) return { do: 'change-source'`,
  },
  {
    name: 'only titles are compared',
    harm: 'an event that was moved in the booking system stays where it was',
    file: 'core/src/domain/content.ts',
    find: `  return CONTENT_FIELDS.filter((field, index) => fieldHash(content, field) !== hashes[index]);`,
    replace: `  return CONTENT_FIELDS.filter((field, index) => field === 'title' && fieldHash(content, field) !== hashes[index]);`,
  },
  {
    name: 'titles are not compared',
    harm: 'a new title never reaches the other side',
    file: 'core/src/domain/content.ts',
    find: `  return CONTENT_FIELDS.filter((field, index) => fieldHash(content, field) !== hashes[index]);`,
    replace: `  return CONTENT_FIELDS.filter((field, index) => field !== 'title' && fieldHash(content, field) !== hashes[index]);`,
  },
  {
    name: 'an event is removed before its mapping says so',
    harm: 'a deletion of ours is taken for one of staff, and cancels the booking',
    file: 'core/src/sync/apply-to-calendar.ts',
    find: `{ state: 'deleting' }, work.updateTime),`,
    replace: `{ state: 'live' }, work.updateTime),`,
  },
  {
    name: 'an id that is taken is left for the next',
    harm: 'an answer that was lost makes a second event',
    file: 'core/src/sync/apply-to-calendar.ts',
    find: `  if (existing?.ownership?.eventId === mapping.eventId) return { lookAgain: existing };
`,
    replace: ``,
  },
  {
    name: 'ids of events are drawn anew with each attempt',
    harm: 'a process that ends after an insert leaves a double',
    file: 'core/src/sync/apply-to-calendar.ts',
    find: `  const { mapping, provider, calendar } = work;
  if (mapping.remoteId === undefined)`,
    replace: `  const { provider, calendar } = work;
  const mapping = { ...work.mapping, remoteId: \`\${work.mapping.remoteId}\${deps.clock.now()}\` };
  if (mapping.remoteId === undefined)`,
  },
  {
    name: 'our own answer is not recognised when the write was not recorded',
    harm: 'what we wrote comes back as an edit of staff',
    file: 'core/src/sync/apply-to-calendar.ts',
    find: `    stamp: stampOf(content),`,
    replace: `    stamp: stampOf({ ...content, title: '' }),`,
  },
  {
    name: 'a mapping whose etag moved is not read again',
    harm: 'an edit of staff ends the work on its event',
    file: 'core/src/sync/apply-to-calendar.ts',
    find: `    if (!(error instanceof PreconditionFailed || error instanceof NotFound)) throw error;
    return { lookAgain: await provider.get(calendar, remoteId) };`,
    replace: `    if (!(error instanceof NotFound)) throw error;
    return { lookAgain: await provider.get(calendar, remoteId) };`,
  },
  {
    name: 'a paused calendar is written to',
    harm: 'what staff have stopped goes on',
    file: 'core/src/sync/reconcile-event.ts',
    find: `binding.state === 'paused' || `,
    replace: ``,
  },
  {
    name: 'what was left at rest is not taken up again',
    harm: 'a booking that left a paused bay stays on its calendar',
    file: 'core/src/sync/bind-calendar.ts',
    find: `  return isMarked && sweepAt === undefined`,
    replace: `  return !isMarked && sweepAt === undefined`,
  },
  {
    name: 'an event that is kept on an unbound calendar is not adopted',
    harm: 'a calendar that is bound again shows its bookings twice',
    file: 'core/src/sync/place-elsewhere.ts',
    find: `  if (!on.full || on.eventId === undefined || !isFree(own)) return null;`,
    replace: `  if (on.eventId !== '') return null;`,
  },
];
