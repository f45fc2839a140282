import { afterEach, beforeEach, expect, it } from 'vitest';
import { at, Loft } from './loft.ts';

let loft: Loft;

beforeEach(async () => {
  loft = await Loft.open();
});
afterEach(async () => {
  await loft.close();
});

it('a paused tenant touches no calendar, and once resumed brings in what both sides changed meanwhile', async () => {
  const moved = await loft.book(1, 15);
  const dragged = await loft.book(1, 17);
  await loft.settle();
  await loft.api('POST', '/v1/tenant:pause');
  const before = loft.studio.google.requestCounts();
  await loft.change(moved.id, { start: at(20), end: at(21) });
  await loft.moveOnCalendar(dragged.id, 22);
  await loft.settle(3600);
  const { 'events.patch': writes } = loft.studio.google.requestCounts();
  expect(writes).toBe((before['events.patch'] ?? 0) + 1);
  await loft.api('POST', '/v1/tenant:resume');
  await loft.settle();
  expect(await loft.appointment(dragged.id)).toMatchObject({ start: '2027-06-07T18:00:00-04:00' });
  await loft.expectAgreement();
});

it('a binding that was paused by itself stays paused when its tenant resumes', async () => {
  await loft.api('POST', '/v1/bindings/bay-1-google:pause');
  await loft.api('POST', '/v1/tenant:pause');
  await loft.api('POST', '/v1/tenant:resume');
  await loft.settle();
  const { items } = await loft.api<{ items: { id: string; state: string }[] }>('GET', '/v1/bindings');
  expect(items.map(({ id, state }) => [id, state])).toEqual([
    ['bay-1-google', 'paused'],
    ['bay-2-google', 'active'],
  ]);
});
