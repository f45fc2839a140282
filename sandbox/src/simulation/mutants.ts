/** A deliberate fault that the simulation must notice. */
export interface Mutant {
  /** Names the fault, and the mutant on the command line. */
  readonly name: string;
  /** What it would do to somebody. */
  readonly harm: string;
  /** From the project's root. */
  readonly file: string;
  /** Stands exactly once in the file. */
  readonly find: string;
  readonly replace: string;
}

/** Faults in how a calendar's side is read. */
const READING: readonly Mutant[] = [
  {
    name: 'the sync token is stored before the marks',
    harm: 'a process that ends between the two never hears of the edit again',
    file: 'core/src/sync/pull-calendar.ts',
    find: `  const marks = await markInbound(tenantId, binding, findings, deps);
  const isStored = await storeToken(pull, findings, blocks?.pullCount ?? binding.pullCount, deps);`,
    replace: `  const isStored = await storeToken(pull, findings, blocks?.pullCount ?? binding.pullCount, deps);
  const marks = await markInbound(tenantId, binding, findings, deps);`,
  },
  {
    name: 'no full read after an expired sync token',
    harm: 'what was edited before the token expired is lost',
    file: 'core/src/sync/pull-calendar.ts',
    find: `    return readChanges(tenantId, binding, undefined, deps);`,
    replace: `    return { ...(await readChanges(tenantId, binding, undefined, deps)), marks: new Map() };`,
  },
  {
    name: 'edits found by a pull are not enqueued, and their marks not swept',
    harm: 'edits on a calendar wait for ever',
    file: 'core/src/ledger/outbox-marks.ts',
    find: `  return { inbound: mark, ...awake(now) };`,
    replace: `  return { inbound: mark, ...awake(now + 365 * 86_400_000) };`,
  },
  {
    name: 'deleted events are not noticed',
    harm: 'a booking whose event was deleted lives on',
    file: 'core/src/sync/plan-pull.ts',
    find: `mapping.state === 'live' || mapping.state === 'stated' ? 'vanished' : 'echo'`,
    replace: `mapping.state === 'stated' ? 'vanished' : 'echo'`,
  },
  {
    name: 'every managed event is taken for an echo',
    harm: 'no edit on a calendar is followed',
    file: 'core/src/sync/plan-pull.ts',
    find: `  return untouched && (known || mapping.dirty !== undefined) ? 'echo' : 'edited';`,
    replace: `  return untouched || known ? 'echo' : 'edited';`,
  },
  {
    name: 'many deletions are not held',
    harm: 'a slip of the mouse cancels every booking of a bay',
    file: 'core/src/domain/removal-guard.ts',
    find: `const MOST = 5;`,
    replace: `const MOST = 500;`,
  },
  {
    name: 'a held removal cancels its booking all the same',
    harm: 'staff are asked, and it is done before they answer',
    file: 'core/src/sync/apply-removal.ts',
    find: `  if (binding.removalsHeldAt !== undefined && `,
    replace: `  if (binding.removalsHeldAt === '' && `,
  },
  {
    name: 'removals that staff restore are accepted',
    harm: 'the opposite of what staff said',
    file: 'core/src/sync/held-removals.ts',
    find: `decide('restored', input, deps)`,
    replace: `decide('accepted', input, deps)`,
  },
  {
    name: 'what staff say reaches only the removals that are held already',
    harm: 'bookings are cancelled whose events staff wanted back',
    file: 'core/src/sync/held-removals.ts',
    find: `  return heldAt !== undefined || (inbound !== undefined && removalDecided !== decision);`,
    replace: `  return heldAt !== undefined || (inbound === '' && removalDecided !== decision);`,
  },
  {
    name: 'an event whose removal is held is taken for one that stands',
    harm: 'nobody is asked about it any more, and its calendar never shows it again',
    file: 'core/src/sync/plan-reconcile.ts',
    find: `mapping.inbound !== undefined || mapping.heldAt !== undefined`,
    replace: `mapping.inbound !== undefined || mapping.heldAt === ''`,
  },
  {
    name: 'what was dragged to a paused calendar is removed there',
    harm: 'a calendar is written to that staff have paused',
    file: 'core/src/sync/take-back.ts',
    find: `    if (current?.state !== 'paused') return false;`,
    replace: `    if (current?.state !== undefined) return false;`,
  },
];

/** Faults in how one event is driven to agreement. */
const DRIVING: readonly Mutant[] = [
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

/** Faults in what passes between the ledger, the booking system and the queue. */
const COMMITTING: readonly Mutant[] = [
  {
    name: 'an older state of a booking is accepted',
    harm: 'a late webhook undoes what was changed since',
    file: 'core/src/domain/booking.ts',
    find: `return candidate.version > known.version;`,
    replace: `return candidate.version !== known.version;`,
  },
  {
    name: 'no dirty mark',
    harm: 'a process that ends after its commit leaves the calendar as it was',
    file: 'core/src/ledger/mirror-marks.ts',
    find: `          ...dirtyPart(mark, now),
`,
    replace: ``,
  },
  {
    name: 'the bay that a booking leaves is not marked',
    harm: 'its event stays on the old calendar',
    file: 'core/src/ledger/mirror-marks.ts',
    find: `new Set([before?.resourceId ?? after.resourceId, after.resourceId])`,
    replace: `new Set([after.resourceId])`,
  },
  {
    name: 'lost tasks are not swept',
    harm: 'work whose task got lost is never done',
    file: 'core/src/sync/sweep.ts',
    find: `    await Promise.all(due.map((one) => enqueueAgain(one, deps)));
`,
    replace: ``,
  },
  {
    name: 'the sweep forgets what it has taken',
    harm: 'a mark whose task got lost a second time is never done',
    file: 'core/src/sync/sweep.ts',
    find: `const sweepAt = instantOf(now + AGAIN_AFTER_MS);`,
    replace: `const sweepAt = undefined;`,
  },
  {
    name: 'no retry after 429',
    harm: 'a busy minute at Google ends in dead letters',
    file: 'core/src/sync/settle-failure.ts',
    find: `  const passes = isTransient(error) || error instanceof PreconditionFailed;`,
    replace: `  const passes = error instanceof PreconditionFailed;`,
  },
  {
    name: 'the booking system is changed by what was read long ago',
    harm: 'a change made there meanwhile is written over',
    file: 'core/src/sync/ask-source.ts',
    find: `    if (isNewer) return { booking, wasNewer: !isDone(booking) };
`,
    replace: ``,
  },
  {
    name: 'polls begin where the last one ended, without overlap',
    harm: 'a booking that was changed during a poll is passed over',
    file: 'core/src/sync/poll-bookings.ts',
    find: `const OVERLAP_MS = 5 * 60_000;`,
    replace: `const OVERLAP_MS = -60_000;`,
  },
  {
    name: 'how far a poll has read is stored before it is accepted',
    harm: 'a process that ends in a poll never hears of the rest',
    file: 'core/src/sync/poll-bookings.ts',
    find: `  let cursor: string | undefined;
  do {`,
    replace: `  let cursor: string | undefined;
  await deps.documents.commit([
    deps.store.bookingSystems.update(tenantId, systemId, { polledUntil: instantOf(startedAt + OVERLAP_MS) }),
  ]);
  do {`,
  },
  {
    name: 'refused edits are put back without a word',
    harm: 'staff never learn that their edit did not come about',
    file: 'core/src/sync/keep-proposal.ts',
    find: `  return refusals.map((refusal) => {`,
    replace: `  return refusals.slice(refusals.length).map((refusal) => {`,
  },
];

/** Faults in what one worker leaves to another, or to itself after a lost answer. */
const HANDING_ON: readonly Mutant[] = [
  {
    name: 'what was written on an event after it was handed over is not followed',
    harm: 'a title given to an event that is leaving its calendar is refused though nobody else named it',
    file: 'core/src/sync/take-back.ts',
    find: `    if (stray.namedBy && isEditedSince(stray, work)) givenBack.push(stray.namedBy);
    else await`,
    replace: `    await`,
  },
  {
    name: 'an event that is being put back stands because somebody had put it there before',
    harm: 'a booking is cancelled whose event was dragged away just before it was known to stand',
    file: 'core/src/sync/settle-mapping.ts',
    find: `const isReturning = current.returning !== mapping.returning;`,
    replace: `const isReturning = false;`,
  },
  {
    name: 'what its source was asked for is not known when its answer is lost',
    harm: 'what somebody puts back in the booking system meanwhile is changed once more',
    file: 'core/src/sync/reconcile-work.ts',
    find: `return asked !== undefined && version !== undefined && version > asked + 1;`,
    replace: `return false && asked === version;`,
  },
];

/** Mutants of the flows of calendars and booking systems, for histories of bays. */
export const BAY_MUTANTS: readonly Mutant[] = [...READING, ...DRIVING, ...COMMITTING, ...HANDING_ON];
