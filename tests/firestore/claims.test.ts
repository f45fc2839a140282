import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { raceForHour } from '../contracts/direct-claims.ts';
import { Ledger, TENANT } from '../contracts/ledger.ts';
import { expectNoOverlap, expectPagesToEqualEvents } from '../contracts/ledger-consistency.ts';
import { RecordingTaskQueue } from '../contracts/run-service-server.ts';
import { resource } from '../made-resource.ts';
import { newProjectId, openFirestore } from './open-firestore.ts';

const host = inject('firestoreEmulator');

describe.skipIf(host === null)('ten who hold one hour at once on Firestore', { timeout: 180_000 }, () => {
  let ledger: Ledger;

  beforeAll(async () => {
    ledger = new Ledger(openFirestore(String(host), newProjectId()));
    const { documents, store } = ledger.deps;
    await documents.commit([store.resources.set(TENANT, resource('bay-1', { mirrorBindingIds: ['cal-1'] }))]);
  });
  afterAll(() => ledger.close());

  it('have one winner each time, and the others hear that the time is taken', async () => {
    const deps = { ...ledger.deps, tasks: new RecordingTaskQueue() };
    for (let round = 0; round < 3; round++) await raceForHour(round, 10, [deps]);
    const events = await expectPagesToEqualEvents(TENANT, deps);
    expect(events).toHaveLength(3);
    await expectNoOverlap(TENANT, deps);
  });
});
