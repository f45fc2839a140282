import { describe, inject, vi } from 'vitest';
import { newProjectId, openFirestore } from '../firestore/open-firestore.ts';
import { describeDocumentStore } from './document-store.contract.ts';

const host = inject('firestoreEmulator');

/** Transactions that race for one document wait for each other's locks, for seconds. */
vi.setConfig({ testTimeout: 60_000 });

describe.skipIf(host === null)('on the emulator', () => {
  const projectId = newProjectId();
  describeDocumentStore('the Firestore document store', async () => openFirestore(String(host), projectId));
});
