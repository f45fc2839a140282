import { readFile } from 'node:fs/promises';
import { describe, expect, inject, it } from 'vitest';
import { newProjectId, openFirestore } from './open-firestore.ts';

const host = inject('firestoreEmulator');

const OPEN_RULES = `
  service cloud.firestore {
    match /databases/{database}/documents { match /{document=**} { allow read, write: if true; } }
  }
`;

const DOCUMENT = 'tenants/loft/events/one';

/** Callers that are not our services, by the Authorization header they send. The emulator takes unsigned tokens. */
const STRANGERS: Record<string, Record<string, string>> = {
  'somebody who does not sign in': {},
  'a signed-in user': { authorization: `Bearer ${unsignedToken({})}` },
  'a signed-in user who claims to be staff': {
    authorization: `Bearer ${unsignedToken({ admin: true, role: 'admin' })}`,
  },
};

const REQUESTS: Record<string, { method: string; path: string; body?: unknown }> = {
  'read a document': { method: 'GET', path: `/${DOCUMENT}` },
  'list a collection': { method: 'GET', path: '/tenants/loft/events' },
  'list the tenants': { method: 'GET', path: '/tenants' },
  'query all bindings': {
    method: 'POST',
    path: ':runQuery',
    body: { structuredQuery: { from: [{ collectionId: 'bindings', allDescendants: true }] } },
  },
  'create a document': { method: 'POST', path: '/tenants/loft/events?documentId=two', body: { fields: {} } },
  'change a document': { method: 'PATCH', path: `/${DOCUMENT}`, body: { fields: { n: { integerValue: '2' } } } },
  'delete a document': { method: 'DELETE', path: `/${DOCUMENT}` },
};

describe.skipIf(host === null)('firestore.rules', async () => {
  const rules = await readFile(new URL('../../firestore.rules', import.meta.url), 'utf8');

  async function projectWith(source: string): Promise<string> {
    const projectId = newProjectId();
    const response = await fetch(`http://${host}/emulator/v1/projects/${projectId}:securityRules`, {
      method: 'PUT',
      body: JSON.stringify({ rules: { files: [{ name: 'firestore.rules', content: source }] } }),
    });
    expect(response.status, await response.text()).toBe(200);
    const store = openFirestore(String(host), projectId);
    await store.commit([{ type: 'set', path: DOCUMENT, data: { n: 1 } }]);
    await store.close();
    return projectId;
  }

  async function ask(projectId: string, request: keyof typeof REQUESTS, headers: Record<string, string>) {
    const { method, path, body } = REQUESTS[request]!;
    return await fetch(`http://${host}/v1/projects/${projectId}/databases/(default)/documents${path}`, {
      method,
      headers,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  }

  describe.each(Object.keys(STRANGERS))('let %s', (stranger) => {
    it.each(Object.keys(REQUESTS))('not %s', async (request) => {
      const response = await ask(await projectWith(rules), request, STRANGERS[stranger]!);
      expect(await response.text()).toContain('PERMISSION_DENIED');
      expect(response.status).toBe(403);
    });
  });

  it.each(Object.keys(REQUESTS))('are what stops it: under open rules, anybody may %s', async (request) => {
    const response = await ask(await projectWith(OPEN_RULES), request, {});
    expect(response.status, await response.text()).toBe(200);
  });

  it('let the services through', async () => {
    const store = openFirestore(String(host), await projectWith(rules));
    expect((await store.get(DOCUMENT))?.data).toEqual({ n: 1 });
    await store.close();
  });
});

function unsignedToken(claims: object): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'none', typ: 'JWT' })}.${part({ sub: 'someone', user_id: 'someone', ...claims })}.`;
}
