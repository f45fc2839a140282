import {
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  type KeyObject,
  randomBytes as secureRandomBytes,
} from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { InvalidInput } from '../domain/errors.ts';
import type { SealingKeys } from '../ports/secrets.ts';

/** A value nobody can read or alter without its key: the key's id, and nonce, tag and ciphertext in one. */
export type SealedValue = { readonly k: string; readonly v: Uint8Array };

/** Keeps guest data, feed URLs and credentials unreadable at rest. */
export interface Sealer {
  /**
   * Seals `value`, which must survive JSON, under the current key. `context` says where it belongs (the document's
   * path): it is not stored, and only the same context opens the value again.
   * @throws InvalidInput when there is nothing JSON can hold.
   */
  seal(value: unknown, context: string): SealedValue;
  /**
   * The value that was sealed.
   * @throws NotFound when its key is unknown; InvalidInput when it was altered, or was sealed for another context.
   */
  open<T>(sealed: SealedValue, context: string): T;
}

const CIPHER = 'aes-256-gcm';
/** 96 bits, the length GCM is defined for (NIST SP 800-38D). One key may seal about 2^32 values with random ones. */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** Below this, deflating costs more than it saves. */
const DEFLATE_FROM_BYTES = 512;

/** First byte of what is encrypted: how the rest is to be read. */
const AS_IS = 0;
const DEFLATED = 1;

/** A sealer on AES-256-GCM. `randomBytes` gives the nonces; it must never repeat. */
export function createSealer(keys: SealingKeys, randomBytes: (size: number) => Uint8Array = secureRandomBytes): Sealer {
  // Made ready once: a cipher that is given the bytes does that each time, which takes longer than a short value itself.
  const ready = new WeakMap<Uint8Array, KeyObject>();
  const readied = (key: Uint8Array) => {
    const known = ready.get(key) ?? createSecretKey(key);
    ready.set(key, known);
    return known;
  };
  return {
    seal(value, context) {
      const { id, key } = keys.current();
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv(CIPHER, readied(key), nonce, { authTagLength: TAG_BYTES });
      cipher.setAAD(Buffer.from(context));
      const ciphertext = Buffer.concat([cipher.update(pack(value)), cipher.final()]);
      return { k: id, v: new Uint8Array(Buffer.concat([nonce, cipher.getAuthTag(), ciphertext])) };
    },

    open<T>(sealed: SealedValue, context: string): T {
      return unpack(decrypt(sealed.v, readied(keys.byId(sealed.k)), context)) as T;
    },
  };
}

function decrypt(sealed: Uint8Array, key: KeyObject, context: string): Buffer {
  try {
    const decipher = createDecipheriv(CIPHER, key, sealed.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
    decipher.setAAD(Buffer.from(context));
    decipher.setAuthTag(sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
    return Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]);
  } catch (cause) {
    throw new InvalidInput('A sealed value was altered, or belongs somewhere else.', { cause });
  }
}

function pack(value: unknown): Buffer {
  const json = JSON.stringify(value) as string | undefined;
  if (json === undefined) throw new InvalidInput('Only what JSON can hold can be sealed.');
  const plain = Buffer.from(json);
  return plain.length < DEFLATE_FROM_BYTES
    ? Buffer.concat([Buffer.of(AS_IS), plain])
    : Buffer.concat([Buffer.of(DEFLATED), deflateRawSync(plain)]);
}

function unpack(packed: Buffer): unknown {
  const rest = packed.subarray(1);
  const plain = packed[0] === DEFLATED ? inflateRawSync(rest) : rest;
  return JSON.parse(plain.toString('utf8'));
}
