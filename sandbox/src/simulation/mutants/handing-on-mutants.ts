import type { Mutant } from './mutant.ts';

/** Faults in what one worker leaves to another, or to itself after a lost answer. */
export const HANDING_ON_MUTANTS: readonly Mutant[] = [
  {
    name: 'what was written on an event after it was handed over is not followed',
    harm: 'a title given to an event that is leaving its calendar is refused though nobody else named it',
    file: 'core/src/sync/take-back.ts',
    find: `    if (stray.namedBy && (isLeaving || isEditedSince(stray, work))) givenBack.push(stray.namedBy);
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
  {
    name: 'the calendar to which an event was dragged does not know of which version its source was asked',
    harm: 'what somebody puts back in the booking system before that calendar is looked at is changed once more',
    file: 'core/src/sync/apply-removal.ts',
    find: `update(tenantId, siblingId, { askedOf: version });`,
    replace: `update(tenantId, siblingId, { shared: true });`,
  },
  {
    name: 'an event that was dragged is taken to say what its stamp was made of',
    harm: 'what was moved with it stays so, though the booking system moved it back',
    file: 'core/src/sync/plan-reconcile.ts',
    find: `[mapping.agreed, ...(mapping.taken ?? [])]`,
    replace: `[mapping.agreed]`,
  },
  {
    name: 'an event is revived whatever has become of it',
    harm: 'what staff write on an event that another worker has just put back is written over',
    file: 'core/src/sync/apply-to-calendar.ts',
    find: `const ifUnchanged = etag === undefined ? {} : { ifMatch: etag };`,
    replace: `const ifUnchanged = etag === '' ? { ifMatch: etag } : {};`,
  },
  {
    name: 'what was handed over to a calendar that is then unbound is not given back',
    harm: 'an event stays on the calendar that its booking left',
    file: 'core/src/sync/give-back.ts',
    find: `leaving.filter(({ seenElsewhere }) => seenElsewhere)`,
    replace: `leaving.filter(({ id }) => id === '')`,
  },
  {
    name: 'an event is taken off the calendar to which it was dragged before its own mapping says so',
    harm: 'a booking that moves back to the bay from which its event was dragged is cancelled',
    file: 'core/src/sync/take-back.ts',
    find: `  if (!isReturning) return stateFirst({ state: 'deleting' }, [], work, deps);`,
    replace: `  if (!isReturning) return work;`,
  },
  {
    name: 'an event is revived before its mapping says that it is to stand',
    harm: 'its deletion is not noticed when the answer is slow',
    file: 'core/src/sync/apply-to-calendar.ts',
    find: `const work = wasGone ? await`,
    replace: `const work = wasGone && tombstone.etag === '' ? await`,
  },
  {
    name: 'a calendar that is being unbound leaves its events for others to clear away',
    harm: 'they stand on it for ever: nobody looks there any more',
    file: 'core/src/sync/reconcile-event.ts',
    find: `return work.binding.state === 'removing'`,
    replace: `return work.binding.state === undefined`,
  },
  {
    name: 'a calendar is unbound while an event that it handed over stands on it',
    harm: 'it stays there, as nobody looks there any more',
    file: 'core/src/sync/give-back.ts',
    find: `state === 'gone' && shared)`,
    replace: `state === 'gone' && shared === undefined && shared)`,
  },
];
