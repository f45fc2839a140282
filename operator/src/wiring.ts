import { createFirestoreDocumentStore } from '@dovetail/core/adapters/firestore/firestore-document-store.ts';
import { AccessRevoked, InvalidInput } from '@dovetail/core/domain/errors.ts';
import type { DocumentStore } from '@dovetail/core/ports/document-store.ts';
import type { SealingKeys } from '@dovetail/core/ports/secrets.ts';
import { createSealer } from '@dovetail/core/store/sealed.ts';
import { defineStore } from '@dovetail/core/store/store.ts';
import type { SyncDeps } from '@dovetail/core/sync/deps.ts';
import { GoogleAuth } from 'google-auth-library';

/** What commands take of an installation. */
export type OperatorDeps = Pick<SyncDeps, 'documents' | 'store' | 'clock'> & { close(): Promise<void> };

/**
 * The documents of the project and database in the environment, with the operator's own Google credentials. What is sealed
 * stays sealed: operators need no access to the sealing keys.
 * @throws InvalidInput when the environment names no project; AccessRevoked when nobody is signed in.
 */
export async function wireOperator(environment: NodeJS.ProcessEnv): Promise<OperatorDeps> {
  const { GOOGLE_CLOUD_PROJECT: projectId, DOVETAIL_DATABASE: databaseId, FIRESTORE_EMULATOR_HOST } = environment;
  if (!projectId) throw new InvalidInput('Set GOOGLE_CLOUD_PROJECT to the project that Dovetail runs in.');
  if (FIRESTORE_EMULATOR_HOST === undefined) await requireCredentials();
  const documents = createFirestoreDocumentStore({ projectId, preferRest: true, ...(databaseId && { databaseId }) });
  return { ...operatorDeps(documents), close: () => documents.close() };
}

/** The same on documents that are open already. */
export function operatorDeps(documents: DocumentStore): Omit<OperatorDeps, 'close'> {
  return { documents, store: defineStore(createSealer(NO_KEYS)), clock: { now: () => Date.now() } };
}

/** Firestore's client would look for them behind our back, and end the process where there are none. */
async function requireCredentials(): Promise<void> {
  try {
    await new GoogleAuth().getApplicationDefault();
  } catch (cause) {
    throw new AccessRevoked('Nobody is signed in to Google Cloud: run "gcloud auth application-default login".', {
      cause,
    });
  }
}

const NO_KEYS: SealingKeys = { current: refuse, byId: refuse };

function refuse(): never {
  throw new Error('operators neither seal nor open');
}
