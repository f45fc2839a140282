import type { Mutant } from './mutant.ts';

/** Faults in what passes between the ledger, the booking system and the queue. */
export const COMMITTING_MUTANTS: readonly Mutant[] = [
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
