import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { at, Loft } from '../scenarios/loft.ts';
import { declaredIndexes, missingIndexes, usedIndexes } from './index-usage.ts';
import { newProjectId, openFirestore } from './open-firestore.ts';

const host = inject('firestoreEmulator');

/** Several equalities, with or without one order: production merges the indexes it has for each of them. */
const MERGED = [
  'mappings collection: bindingId ascending, remoteId ascending',
  'runs collection: flow ascending, status ascending, startedAt descending',
];

describe.skipIf(host === null)('the studio on Firestore', () => {
  const projectId = newProjectId();
  let loft: Loft;

  beforeAll(async () => {
    loft = await Loft.open({ documents: openFirestore(String(host), projectId) });
  });
  afterAll(async () => {
    await loft.close();
  });

  it('keeps both sides in agreement through edits on either', async () => {
    const moved = await loft.book(1, 15);
    const called = await loft.book(1, 17);
    const dragged = await loft.book(2, 15);
    await loft.settle();
    await loft.expectAgreement();
    await loft.change(moved.id, { start: at(19), end: at(20) });
    await loft.cancel(called.id);
    await loft.moveOnCalendar(dragged.id, 20);
    await loft.settle();
    await loft.moveToBay(moved.id, 2);
    await loft.settle();
    expect(await loft.appointment(moved.id)).toMatchObject({ resource_id: '2' });
    await loft.expectAgreement();
  });

  it('needs no index that production would not have, for its lists, sweeps, schedules and audits', async () => {
    await loft.api('POST', '/v1/webhooks', { id: 'hook', url: 'https://hooks.test/', types: ['feed.*'] });
    for (const schedule of [
      'sweep',
      'extend-pages',
      'safety-pull',
      'renew-channels',
      'audit',
      'poll-bookings',
      'poll-feeds',
    ]) {
      await loft.sandbox('POST', `/schedules/${schedule}`);
    }
    await loft.sandbox('POST', '/google/expire-sync-tokens');
    await loft.settle(3600);
    for (const path of [
      'events',
      'runs',
      'runs?status=success&flow=pull-calendar',
      'bookings',
      'proposals',
      'dead-letters',
      'feeds',
      'webhooks',
      'webhooks/hook/deliveries',
      'webhooks/hook/deliveries?status=pending',
    ]) {
      await loft.api('GET', path === 'events' ? '/v1/resources/bay-1/events' : `/v1/${path}`);
    }
    const missing = missingIndexes(await usedIndexes(String(host), projectId), await declaredIndexes(), MERGED);
    expect(missing).toEqual([]);
  });
});
