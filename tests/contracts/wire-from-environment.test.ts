import { generateKeyPairSync } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { InvalidInput } from '@dovetail/core/domain/errors.ts';
import { wireFromEnvironment } from '@dovetail/core/wire-from-environment.ts';
import {
  type SecretManagerSimulator,
  startSecretManagerSimulator,
} from '@dovetail/sandbox/secret-manager/secret-manager-simulator.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const GOOGLE = 'http://127.0.0.1:9/google';
const SEALING_KEYS = `test:${Buffer.alloc(32, 7).toString('base64')}`;

let simulator: SecretManagerSimulator;
let environment: Record<string, string>;
let endpoints: Record<string, string>;

beforeEach(async () => {
  simulator = await startSecretManagerSimulator({ projectId: 'demo', secrets: { 'sealing-keys': SEALING_KEYS } });
  endpoints = { secretManager: `127.0.0.1:${simulator.port}`, cloudTasks: '127.0.0.1:9', googleCalendar: GOOGLE };
  environment = {
    GOOGLE_CLOUD_PROJECT: 'demo',
    DOVETAIL_REGION: 'us-east1',
    DOVETAIL_PUBLIC_URL: 'http://127.0.0.1:8080/',
    DOVETAIL_INVOKER: 'invoker@demo.iam.gserviceaccount.com',
    FIRESTORE_EMULATOR_HOST: '127.0.0.1:9',
    DOVETAIL_ENDPOINTS: JSON.stringify(endpoints),
  };
});
afterEach(() => simulator.close());

const wireWith = (changes: Record<string, string | undefined>) =>
  wireFromEnvironment({ ...environment, ...changes }, 'test');

/** The names of what is refused. */
async function refused(changes: Record<string, string | undefined>): Promise<unknown> {
  const error = await wireWith(changes).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(InvalidInput);
  return (error as InvalidInput).paths;
}

describe('a service wired from its environment', () => {
  it('asks the simulators it is told of', async () => {
    const { publicUrl } = await wireWith({});
    expect(publicUrl).toBe('http://127.0.0.1:8080');
    expect(simulator.accessed).toEqual(['projects/demo/secrets/sealing-keys/versions/latest']);
  });

  it('uses simulators only where its documents are in an emulator', async () => {
    expect(await refused({ FIRESTORE_EMULATOR_HOST: undefined })).toEqual(['DOVETAIL_ENDPOINTS']);
  });

  it('is reached by https unless it uses simulators', async () => {
    expect(await refused({ DOVETAIL_ENDPOINTS: undefined })).toEqual(['DOVETAIL_PUBLIC_URL']);
    expect(await refused({ DOVETAIL_PUBLIC_URL: 'ftp://127.0.0.1' })).toEqual(['DOVETAIL_PUBLIC_URL']);
  });

  it.each([
    ['no JSON', () => 'simulators'],
    ['some of them only', () => ({ secretManager: endpoints.secretManager })],
    ['something nobody knows', () => ({ ...endpoints, firestore: '127.0.0.1:9' })],
    ['Secret Manager elsewhere', () => ({ ...endpoints, secretManager: 'secrets.test:443' })],
    ['Cloud Tasks on all interfaces', () => ({ ...endpoints, cloudTasks: '0.0.0.0:8085' })],
    ['a calendar elsewhere', () => ({ ...endpoints, googleCalendar: 'https://calendar.test/google' })],
    ['a calendar that only looks near', () => ({ ...endpoints, googleCalendar: 'http://127.0.0.1:9@calendar.test' })],
  ])('refuses endpoints that are %s', async (_, told) => {
    const value = told();
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    expect(JSON.stringify(await refused({ DOVETAIL_ENDPOINTS: text }))).toContain('DOVETAIL_ENDPOINTS');
    expect(simulator.accessed).toEqual([]);
  });
});

describe('the calendar of a service with simulators', () => {
  let server: Server;
  const asked: string[] = [];

  beforeEach(async () => {
    asked.length = 0;
    server = createServer((request, response) => {
      asked.push(`${request.method} ${request.url?.split('?')[0]}`);
      response.writeHead(400, { 'content-type': 'application/json' }).end('{"error":"invalid_grant"}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(() => server.close());

  it('asks for its tokens there, and not at Google', async () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const private_key = privateKey.export({ type: 'pkcs8', format: 'pem' });
    const account = { client_email: 'dovetail@demo.iam.gserviceaccount.com', private_key };
    simulator.secrets.add('google-credentials', JSON.stringify(account));
    const googleCalendar = `http://127.0.0.1:${(server.address() as { port: number }).port}/google`;
    const { deps } = await wireWith({ DOVETAIL_ENDPOINTS: JSON.stringify({ ...endpoints, googleCalendar }) });
    const mark = { managed: 'm', bookingId: 'b', resource: 'r', eventId: 'e', stamp: 's' };
    const calendar = { calendarId: 'bay', resourceId: 'bay', timeZone: 'UTC', mark };
    await expect(deps.calendars.google.list(calendar, {})).rejects.toMatchObject({ kind: 'access-revoked' });
    expect(asked).toEqual(['POST /google/token']);
  });
});
