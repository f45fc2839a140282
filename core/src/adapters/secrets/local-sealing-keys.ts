import { createHash } from 'node:crypto';
import { InvalidInput, NotFound } from '../../domain/errors.ts';
import type { SealingKeys } from '../../ports/secrets.ts';

/** A key and the id it is stored under beside what it sealed. */
export interface SealingKey {
  readonly id: string;
  readonly key: Uint8Array;
}

const KEY_BYTES = 32;

/**
 * Sealing keys held in memory. The first seals; all of them open.
 * @throws InvalidInput when there is none, one is not 32 bytes long, or two have one id.
 */
export function createLocalSealingKeys(keys: readonly SealingKey[]): SealingKeys {
  const [first] = keys;
  if (!first) throw new InvalidInput('There is no sealing key.');
  const byId = new Map(keys.map(({ id, key }) => [id, key]));
  if (byId.size !== keys.length) throw new InvalidInput('Two sealing keys have one id.');
  for (const { id, key } of keys) {
    if (key.length !== KEY_BYTES) throw new InvalidInput(`The sealing key ${id} is not ${KEY_BYTES} bytes long.`);
  }
  return {
    current: () => first,
    byId(id) {
      const key = byId.get(id);
      if (!key) throw new NotFound(`There is no sealing key ${id}.`);
      return key;
    },
  };
}

/**
 * The keys in a text such as an environment variable's: base64, separated by commas, the current one first, each
 * after its id and a colon (`2027:…=,2026:…=`) or alone, when its id is made from the key.
 * @throws InvalidInput when it holds no usable keys. The text is never part of the message.
 */
export function parseSealingKeys(text: string): SealingKey[] {
  return text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
    .map(parseSealingKey);
}

function parseSealingKey(entry: string): SealingKey {
  const colon = entry.indexOf(':');
  const base64 = entry.slice(colon + 1);
  if (!/^[A-Za-z0-9+/_-]+=*$/.test(base64)) throw new InvalidInput('A sealing key is not written in base64.');
  const key = new Uint8Array(Buffer.from(base64, 'base64'));
  return { id: colon > 0 ? entry.slice(0, colon) : fingerprint(key), key };
}

/** Enough to tell keys apart; nothing about a random key can be learned from it. */
function fingerprint(key: Uint8Array): string {
  return createHash('sha256').update(key).digest('hex').slice(0, 8);
}
