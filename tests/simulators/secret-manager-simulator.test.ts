import { createSecretManagerSecrets } from '@dovetail/core/adapters/secrets/secret-manager-secrets.ts';
import { NotFound, TemporarilyUnavailable } from '@dovetail/core/domain/errors.ts';
import {
  type SecretManagerSimulator,
  startSecretManagerSimulator,
} from '@dovetail/sandbox/secret-manager/secret-manager-simulator.ts';
import { SecretManagerServiceClient } from '@google-cloud/secret-manager';
import { status as Code, credentials } from '@grpc/grpc-js';
import { GoogleAuth, PassThroughClient } from 'google-auth-library';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

let simulator: SecretManagerSimulator;
let client: SecretManagerServiceClient;

beforeEach(async () => {
  simulator = await startSecretManagerSimulator({ projectId: 'demo', secrets: { key: 'first' } });
  client = new SecretManagerServiceClient({
    apiEndpoint: '127.0.0.1',
    port: simulator.port,
    sslCreds: credentials.createInsecure(),
    auth: new GoogleAuth({ authClient: new PassThroughClient() }),
  });
});
afterEach(async () => {
  await client.close();
  await simulator.close();
});

const nameOf = (version: string, secret = 'key', project = 'demo') =>
  `projects/${project}/secrets/${secret}/versions/${version}`;
const access = (name: string) => client.accessSecretVersion({ name });

describe('the Secret Manager simulator, asked by the real client', () => {
  it('answers with a version by its number, and with the last one made', async () => {
    simulator.secrets.add('key', 'zweiter Schlüssel');
    const [latest] = await access(nameOf('latest'));
    expect([latest.name, String(latest.payload?.data)]).toEqual([nameOf('2'), 'zweiter Schlüssel']);
    expect(String((await access(nameOf('1')))[0].payload?.data)).toBe('first');
    expect(simulator.accessed).toEqual([nameOf('latest'), nameOf('1')]);
  });

  it.each([
    ['a secret that is not there', nameOf('latest', 'other'), Code.NOT_FOUND],
    ['a version that is not there', nameOf('2'), Code.NOT_FOUND],
    ['another project', nameOf('latest', 'key', 'other'), Code.PERMISSION_DENIED],
    ['a name that is none', 'projects/demo/secrets/key', Code.INVALID_ARGUMENT],
    ['a version that can be none', nameOf('newest'), Code.INVALID_ARGUMENT],
  ])('refuses %s', async (_, name, code) => {
    await expect(access(name)).rejects.toMatchObject({ code });
  });

  it('refuses a version that is disabled until it is enabled, and does not fall back on the one before', async () => {
    simulator.secrets.add('key', 'second');
    simulator.secrets.setState('key', 2, 'DISABLED');
    await expect(access(nameOf('latest'))).rejects.toMatchObject({ code: Code.FAILED_PRECONDITION });
    simulator.secrets.setState('key', 2, 'ENABLED');
    expect(String((await access(nameOf('latest')))[0].payload?.data)).toBe('second');
  });

  it('forgets a version that is destroyed, for good', async () => {
    simulator.secrets.setState('key', 1, 'DESTROYED');
    await expect(access(nameOf('1'))).rejects.toMatchObject({ code: Code.FAILED_PRECONDITION });
    expect(() => simulator.secrets.setState('key', 1, 'ENABLED')).toThrow();
  });

  it('takes no value that is too large, and no name that is none', () => {
    expect(() => simulator.secrets.add('key', 'x'.repeat(65_537))).toThrow();
    expect(() => simulator.secrets.add('a/b', 'x')).toThrow();
  });

  it('does not simulate what nobody here asks for', async () => {
    const refused = client.getSecret({ name: 'projects/demo/secrets/key' }, { maxRetries: 0 });
    await expect(refused).rejects.toMatchObject({ code: Code.UNIMPLEMENTED });
  });
});

describe('the secrets of a service, read from it over the wire', () => {
  const secrets = (projectId: string) =>
    createSecretManagerSecrets({
      projectId,
      clock: { now: () => 0 },
      apiEndpoint: '127.0.0.1',
      port: simulator.port,
      sslCreds: credentials.createInsecure(),
    });

  it('are the latest versions', async () => {
    simulator.secrets.add('key', 'second');
    expect(await secrets('demo').get('key')).toBe('second');
  });

  it('fail in our words', async () => {
    await expect(secrets('demo').get('other')).rejects.toBeInstanceOf(NotFound);
    await expect(secrets('elsewhere').get('key')).rejects.toBeInstanceOf(TemporarilyUnavailable);
    simulator.secrets.setState('key', 1, 'DISABLED');
    await expect(secrets('demo').get('key')).rejects.toBeInstanceOf(NotFound);
  });
});
