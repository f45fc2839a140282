import { createLocalSealingKeys, parseSealingKeys } from '@dovetail/core/adapters/secrets/local-sealing-keys.ts';
import { createSealer } from '@dovetail/core/store/sealed.ts';
import { describe, expect, it } from 'vitest';
import { makeSecret } from './make-secret.ts';

const sealerOf = (text: string) => createSealer(createLocalSealingKeys(parseSealingKeys(text)));

describe('making secrets', () => {
  it('makes sealing keys that seal and open', () => {
    const sealer = sealerOf(makeSecret('sealing-keys'));
    expect(sealer.open(sealer.seal({ name: 'Ada' }, 'a/b'), 'a/b')).toEqual({ name: 'Ada' });
  });

  it('puts a new sealing key before those so far, which go on opening what they sealed', () => {
    const before = makeSecret('sealing-keys');
    const sealed = sealerOf(before).seal({ name: 'Ada' }, 'a/b');
    const after = makeSecret('sealing-keys', `${before}\n`);
    expect(sealerOf(after).open(sealed, 'a/b')).toEqual({ name: 'Ada' });
    expect(() => sealerOf(before).open(sealerOf(after).seal({}, 'a/b'), 'a/b')).toThrow();
  });

  it('makes a channel key, another one each time', () => {
    expect(makeSecret('channel-key')).toMatch(/^[\w-]{43}$/);
    expect(makeSecret('channel-key')).not.toBe(makeSecret('channel-key'));
  });

  it('refuses names that none has, keys that are none, and what follows nothing', () => {
    expect(() => makeSecret('uschedule-api-key')).toThrow(/sealing-keys, channel-key/);
    expect(() => makeSecret('sealing-keys', 'not base64!')).toThrow();
    expect(() => makeSecret('sealing-keys', '')).toThrow();
    expect(() => makeSecret('channel-key', 'x')).toThrow(/leave --after out/);
  });
});
