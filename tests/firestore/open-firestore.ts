import { randomUUID } from 'node:crypto';
import { createFirestoreDocumentStore } from '@dovetail/core/adapters/firestore/firestore-document-store.ts';
import type { DocumentStore } from '@dovetail/core/ports/document-store.ts';
import { vi } from 'vitest';

/** A project of its own in the emulator: nobody else's documents are in it. */
export function newProjectId(): string {
  return `demo-${randomUUID().slice(0, 13)}`;
}

/** The production adapter on the emulator at `host`. Changes the environment for as long as vitest keeps the stub. */
export function openFirestore(host: string, projectId: string = newProjectId()): DocumentStore {
  vi.stubEnv('FIRESTORE_EMULATOR_HOST', host);
  vi.stubEnv('METADATA_SERVER_DETECTION', 'none');
  return createFirestoreDocumentStore({ projectId });
}
