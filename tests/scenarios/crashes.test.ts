import { openSqliteDocumentStore } from '@dovetail/core/adapters/sqlite/sqlite-document-store.ts';
import { status as Code } from '@grpc/grpc-js';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type ChecklistEdit, EDITS } from './checklist-edits.ts';
import { type FailedCommit, FailingStore } from './failing-store.ts';
import { at, Loft } from './loft.ts';

/** An edit that is refused: staff are told, whatever fails. */
interface LostEdit extends ChecklistEdit {
  readonly reason: string;
}

let documents: FailingStore;
let loft: Loft;

/** Enough for the first retries. */
const SOON = 12;
/** Enough for the sweep that takes up a mark whose task was lost, and too short for an audit. */
const IN_THE_END = 300;

/**
 * Makes the edit with a failure on its way, and expects it to arrive and both sides to agree: soon, or once the sweep
 * has taken up what was lost.
 * @param disarm ends a failure that has not happened. Answers what it answers.
 */
async function survives(
  { make, becomes, reason }: ChecklistEdit & Partial<LostEdit>,
  fail: () => void,
  disarm = () => false,
): Promise<boolean> {
  const booked = await loft.book(1, 15);
  await loft.settle(5);
  loft.studio.uschedule.holdWebhooks();
  const id = await make(loft, booked.id);
  fail();
  await loft.studio.uschedule.releaseWebhooks();
  await loft.settle(SOON);
  const idle = disarm();
  const agree = () => loft.expectAgreement();
  await agree().catch(() => loft.settle(IN_THE_END).then(agree));
  expect(await loft.appointment(id)).toMatchObject(becomes);
  if (reason !== undefined) expect((await loft.proposals()).items, 'proposals').toMatchObject([{ reason }]);
  await clearAway();
  return !idle;
}

/** Leaves nothing of one run to the next: no booking, no proposal, no failure, no removal that would count with those to come. */
async function clearAway(): Promise<void> {
  loft.studio.faults.clear();
  documents.disarm();
  for (const { id, status } of loft.studio.uschedule.appointments()) {
    if (status !== 'cancelled') await loft.cancel(id);
  }
  await loft.settle(5);
  for (const { id } of (await loft.proposals()).items) await loft.api('DELETE', `/v1/proposals/${id}`);
  for (const bay of [1, 2]) await loft.api('POST', `/v1/bindings/bay-${bay}-google:accept`);
}

/** Makes the edit again and again, each time with the next commit failing, until none is left to fail. */
async function survivesEveryCommit(edit: ChecklistEdit, outcome: FailedCommit): Promise<void> {
  const fails = (nth: number) =>
    survives(
      edit,
      () => documents.failCommit(nth, outcome),
      () => documents.disarm(),
    );
  let nth = 1;
  while (await fails(nth)) nth++;
  expect(nth).toBeGreaterThan(1);
}

/** The same for each request to a simulator, which is carried out and not answered. */
async function survivesEveryLostAnswer(edit: ChecklistEdit, target: 'google' | 'uschedule'): Promise<void> {
  const { faults } = loft.studio;
  const fails = (skip: number) => {
    const met = faults.met;
    const disarm = () => {
      faults.clear();
      return faults.met === met;
    };
    return survives(edit, () => faults.add({ target, dropResponse: true, skip, times: 1 }), disarm);
  };
  let skip = 0;
  while (await fails(skip)) skip++;
}

const LOST: readonly LostEdit[] = [
  {
    edit: 'a drag that is refused',
    make: async (loft, id) => {
      await loft.book(1, 20);
      await loft.settle();
      await loft.moveOnCalendar(id, 20);
      return id;
    },
    becomes: { start: '2027-06-07T11:00:00-04:00', status: 'confirmed', version: 1 },
    reason: 'slot_taken',
  },
  {
    edit: 'a move to the other bay that is refused',
    make: async (loft, id) => {
      await loft.book(2, 15);
      await loft.settle();
      await loft.moveToBay(id, 2);
      return id;
    },
    becomes: { resource_id: '1', status: 'confirmed', version: 1 },
    reason: 'slot_taken',
  },
  {
    edit: 'a deletion of what was moved meanwhile',
    make: async (loft, id) => {
      await loft.change(id, { start: at(17), end: at(18) });
      await loft.deleteOnCalendar(id);
      return id;
    },
    becomes: { start: '2027-06-07T13:00:00-04:00', status: 'confirmed', version: 2 },
    reason: 'changed_in_booking_system',
  },
];

describe.each([...EDITS, ...LOST])('$edit', (edit) => {
  beforeAll(async () => {
    documents = new FailingStore(openSqliteDocumentStore());
    loft = await Loft.open({ documents });
  });
  afterEach(clearAway);
  afterAll(async () => {
    await loft.close();
    await documents.close();
  });

  it.each(['not applied', 'applied'] as const)('ends the same whichever commit fails, %s', (outcome) =>
    survivesEveryCommit(edit, outcome),
  );

  it('ends the same whichever answer of the calendar is lost', () => survivesEveryLostAnswer(edit, 'google'));

  it('ends the same whichever answer of the booking system is lost', () => survivesEveryLostAnswer(edit, 'uschedule'));

  it('ends the same when tasks are done twice', async () => {
    for (const times of [1, 3]) await survives(edit, () => loft.studio.tasks.dropAnswers(times));
  });

  it.each([true, false])('ends the same when tasks cannot be enqueued (created all the same: %s)', async (applied) => {
    for (const times of [1, 2]) {
      await survives(edit, () => loft.studio.tasks.failCreates(times, { code: Code.UNAVAILABLE, applied }));
    }
  });
});
