import { createEnvironmentSecrets } from '@dovetail/core/adapters/secrets/environment-secrets.ts';
import { createLocalSealingKeys, parseSealingKeys } from '@dovetail/core/adapters/secrets/local-sealing-keys.ts';
import {
  createSecretManagerSecrets,
  type SecretReader,
} from '@dovetail/core/adapters/secrets/secret-manager-secrets.ts';
import { InvalidInput, NotFound, RateLimited, TemporarilyUnavailable } from '@dovetail/core/domain/errors.ts';
import { beforeEach, describe, expect, it } from 'vitest';

const grpcError = (code: number) => Object.assign(new Error(`status ${code}`), { code });

describe('secrets from Secret Manager', () => {
  const asked: string[] = [];
  const clock = { time: 0, now: () => clock.time };
  let answer: SecretReader['accessSecretVersion'];
  const secrets = () =>
    createSecretManagerSecrets({
      projectId: 'demo',
      clock,
      client: {
        accessSecretVersion(request) {
          asked.push(request.name);
          return answer(request);
        },
      },
    });

  beforeEach(() => {
    asked.length = 0;
    clock.time = 0;
    answer = async () => [{ payload: { data: Buffer.from('schlüssel') } }];
  });

  it('are the latest version of the name', async () => {
    expect(await secrets().get('uschedule-key')).toBe('schlüssel');
    expect(asked).toEqual(['projects/demo/secrets/uschedule-key/versions/latest']);
  });

  it('are asked for once in five minutes', async () => {
    const subject = secrets();
    await subject.get('key');
    clock.time = 5 * 60_000 - 1;
    await subject.get('key');
    expect(asked).toHaveLength(1);
    answer = async () => [{ payload: { data: 'rotated' } }];
    clock.time = 5 * 60_000;
    expect(await subject.get('key')).toBe('rotated');
    expect(asked).toHaveLength(2);
  });

  it('are asked for once by many at the same time', async () => {
    const subject = secrets();
    await Promise.all([subject.get('key'), subject.get('key'), subject.get('other')]);
    expect(asked).toHaveLength(2);
  });

  it('are asked for again after a failure', async () => {
    const subject = secrets();
    answer = async () => Promise.reject(grpcError(14));
    await expect(subject.get('key')).rejects.toBeInstanceOf(TemporarilyUnavailable);
    answer = async () => [{ payload: { data: 'there' } }];
    expect(await subject.get('key')).toBe('there');
  });

  it.each([
    ['no such secret', 5, NotFound],
    ['a version that is disabled', 9, NotFound],
    ['an access that is denied', 7, TemporarilyUnavailable],
    ['too many requests', 8, RateLimited],
    ['no answer in time', 4, TemporarilyUnavailable],
  ])('fail in our words for %s', async (_, code, expected) => {
    answer = async () => Promise.reject(grpcError(code));
    await expect(secrets().get('key')).rejects.toBeInstanceOf(expected);
  });

  it('fail when there is a version without a value', async () => {
    answer = async () => [{ payload: null }];
    await expect(secrets().get('key')).rejects.toBeInstanceOf(NotFound);
  });

  it('let what is no answer of Google through as it is', async () => {
    const bug = new TypeError('bug');
    answer = async () => Promise.reject(bug);
    await expect(secrets().get('key')).rejects.toBe(bug);
  });

  it('are not asked for by a name that could lead elsewhere', async () => {
    await expect(secrets().get('../../other/secrets/key')).rejects.toBeInstanceOf(InvalidInput);
    expect(asked).toEqual([]);
  });
});

describe('secrets from the environment', () => {
  const secrets = createEnvironmentSecrets({ DOVETAIL_SECRET_USCHEDULE_API_KEY: 'secret', DOVETAIL_SECRET_EMPTY: '' });

  it('are found in the variable made from their name', async () => {
    expect(await secrets.get('uschedule-api-key')).toBe('secret');
  });

  it('are not there when the variable is missing or empty', async () => {
    await expect(secrets.get('none')).rejects.toBeInstanceOf(NotFound);
    await expect(secrets.get('empty')).rejects.toBeInstanceOf(NotFound);
  });
});

describe('local sealing keys', () => {
  const one = new Uint8Array(32).fill(1);
  const two = new Uint8Array(32).fill(2);
  const base64 = (key: Uint8Array) => Buffer.from(key).toString('base64');

  it('seal with the first and open with all', () => {
    const keys = createLocalSealingKeys(parseSealingKeys(` 2027:${base64(one)}, 2026:${base64(two)},`));
    expect(keys.current()).toEqual({ id: '2027', key: one });
    expect(keys.byId('2026')).toEqual(two);
    expect(() => keys.byId('2025')).toThrow(NotFound);
  });

  it('without an id have one that depends on the key alone', () => {
    const [first, second] = parseSealingKeys(`${base64(one)},${base64(two)}`);
    expect(first?.key).toEqual(one);
    expect(parseSealingKeys(base64(one))).toEqual([first]);
    expect(second?.id).not.toBe(first?.id);
  });

  it.each([
    ['none', ''],
    ['one that is too short', base64(one.subarray(1))],
    ['one that is not base64', 'p@ssword'],
    ['an id twice', `a:${base64(one)},a:${base64(two)}`],
  ])('are refused when there is %s', (_, text) => {
    expect(() => createLocalSealingKeys(parseSealingKeys(text))).toThrow(InvalidInput);
  });
});
