import type { Mutant } from './mutant.ts';

/** Faults in how a calendar's side is read. */
export const READING_MUTANTS: readonly Mutant[] = [
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
  {
    name: 'what we wrote ourselves is taken from a calendar as an edit',
    harm: 'what the booking system says once more is changed back, when the calendar was listed before',
    file: 'core/src/sync/read-changes.ts',
    find: `inbound === undefined && isTouched(item);`,
    replace: `item.state === 'live' && inbound === undefined;`,
  },
  {
    name: 'of a calendar that is read whole only what is known to stand is missed',
    harm: 'an event that is deleted before it is known to stand is missing until the audit, its booking not cancelled',
    file: 'core/src/sync/read-unlisted.ts',
    find: `op: 'in', value: ['live', 'stated'] },`,
    replace: `op: 'in', value: ['live'] },`,
  },
];
