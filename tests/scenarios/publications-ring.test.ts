import { afterEach, expect, it } from 'vitest';
import { Ring } from './ring.ts';

let ring: Ring;
afterEach(() => ring.close());

const NIGHTS = { start: '2027-07-10', end: '2027-07-14' };
const THREE = [
  { platform: 'airbnb', uids: 'by-range', lag: 0 },
  { platform: 'booking.com', uids: 'anew', lag: 1 },
  { platform: 'vrbo', uids: 'dates', lag: 1 },
] as const;

const isFree = async () =>
  (await ring.taken()).length === 0 && ring.listings.every((listing) => listing.taken().length === 0);

/** How many cycles it takes until nobody holds any night any more. */
async function cyclesUntilFree(most: number): Promise<number> {
  for (let cycle = 1; cycle <= most; cycle++) {
    await ring.cycle();
    if (await isFree()) return cycle;
  }
  return Number.POSITIVE_INFINITY;
}

it('a ring of three platforms that show again all they import shows no growth in 100 cycles, and frees itself in 5', async () => {
  ring = await Ring.open(THREE);
  const [airbnb, , vrbo] = ring.listings;
  airbnb?.sell('HMRING0001', NIGHTS);
  vrbo?.sell('stay', { start: '2027-08-01', end: '2027-08-05' });
  for (let cycle = 0; cycle < 6; cycle++) await ring.cycle();
  const events = await ring.events();
  const told = await ring.told();
  expect(told).toEqual([1, 2, 1]);
  expect(events.filter(({ echoOf }) => echoOf !== undefined)).toHaveLength(4);
  expect(await ring.conflicts()).toEqual([]);
  const { meter } = ring.casa.loft.studio;
  const writes: number[] = [];
  for (let cycle = 6; cycle < 100; cycle++) {
    meter.reset();
    await ring.cycle();
    writes.push(meter.snapshot().writes);
  }
  expect(await ring.events()).toEqual(events);
  expect(await ring.told()).toEqual(told);
  // A poll of each feed and a note of each import: nothing more, however often it goes round.
  expect(Math.max(...writes)).toBeLessThanOrEqual(2 * ring.listings.length);
  airbnb?.cancel('HMRING0001');
  vrbo?.cancel('stay');
  expect(await cyclesUntilFree(5)).toBeLessThanOrEqual(5);
  expect(await ring.told()).toEqual([0, 0, 0]);
  for (let cycle = 0; cycle < 3; cycle++) await ring.cycle();
  expect(await isFree()).toBe(true);
}, 240_000);

it('what staff closed and opened again is free on every platform of a ring after its next import', async () => {
  ring = await Ring.open(THREE);
  const block = await ring.casa.api<{ id: string }>('POST', '/v1/blocks', { resourceId: 'ring', ...NIGHTS });
  for (let cycle = 0; cycle < 4; cycle++) await ring.cycle();
  expect(await ring.told()).toEqual([1, 1, 1]);
  expect(ring.listings.map((listing) => listing.taken())).toEqual([[NIGHTS], [NIGHTS], [NIGHTS]]);
  await ring.casa.api('DELETE', `/v1/blocks/${block.id}`);
  expect(await cyclesUntilFree(5)).toBeLessThanOrEqual(3);
});

it('nights that come free and are sold at once on the platform that repeated them stay taken', async () => {
  ring = await Ring.open([THREE[1]]);
  const [booking] = ring.listings;
  const block = await ring.casa.api<{ id: string }>('POST', '/v1/blocks', { resourceId: 'ring', ...NIGHTS });
  for (let cycle = 0; cycle < 3; cycle++) await ring.cycle();
  expect((await ring.events()).map(({ echoOf }) => echoOf !== undefined)).toContain(true);
  await ring.casa.api('DELETE', `/v1/blocks/${block.id}`);
  await ring.casa.passHours(0.2);
  // Two imports later it knows, and a guest is quicker than our next read.
  await ring.importOnly();
  await ring.importOnly();
  booking?.sell('sold', NIGHTS);
  for (let cycle = 0; cycle < 8; cycle++) await ring.cycle();
  expect(await ring.taken()).toEqual([`${NIGHTS.start}/${NIGHTS.end}`]);
  expect((await ring.events()).filter(({ echoOf, status }) => status === 'active' && echoOf !== undefined)).toEqual([]);
});
