import { describe, expect, it } from 'vitest';
import { InvalidInput, NotFound } from '../domain/errors.ts';
import type { SealingKeys } from '../ports/secrets.ts';
import { createSealer } from './sealed.ts';

const OLD_KEY = new Uint8Array(32).fill(1);
const NEW_KEY = new Uint8Array(32).fill(2);
const HERE = 'tenants/loft/events/one';
const GUEST = { name: 'Ada Łovelace', phone: '+1 555 0100', notes: null };

function keyRing(current: string, ...ids: string[]): SealingKeys {
  const keys = new Map([
    ['old', OLD_KEY],
    ['new', NEW_KEY],
  ]);
  const byId = (id: string) => {
    const key = [current, ...ids].includes(id) ? keys.get(id) : undefined;
    if (!key) throw new NotFound(id);
    return key;
  };
  return { current: () => ({ id: current, key: byId(current) }), byId };
}

describe('sealed values', () => {
  const sealer = createSealer(keyRing('old'));

  it('open to what was sealed, in the place it was sealed for', () => {
    expect(sealer.open(sealer.seal(GUEST, HERE), HERE)).toEqual(GUEST);
  });

  it('show nothing of what they hold', () => {
    const { v } = sealer.seal(GUEST, HERE);
    expect(Buffer.from(v).toString('latin1')).not.toContain('Ada');
  });

  it('are never the same twice', () => {
    expect(sealer.seal(GUEST, HERE).v).not.toEqual(sealer.seal(GUEST, HERE).v);
  });

  it('do not open in another place', () => {
    const sealed = sealer.seal(GUEST, HERE);
    expect(() => sealer.open(sealed, 'tenants/casa/events/one')).toThrow(InvalidInput);
  });

  it('do not open when any byte was altered', () => {
    const sealed = sealer.seal(GUEST, HERE);
    for (let position = 0; position < sealed.v.length; position++) {
      const altered = Uint8Array.from(sealed.v);
      altered[position]! ^= 1;
      expect(() => sealer.open({ ...sealed, v: altered }, HERE)).toThrow(InvalidInput);
    }
  });

  it('do not open when they were cut short', () => {
    const sealed = sealer.seal(GUEST, HERE);
    for (const length of [0, 5, 12, 20, 28, sealed.v.length - 1]) {
      expect(() => sealer.open({ ...sealed, v: sealed.v.subarray(0, length) }, HERE)).toThrow(InvalidInput);
    }
  });

  it('do not open under another key of the same name', () => {
    const impostor = createSealer({ current: () => ({ id: 'old', key: NEW_KEY }), byId: () => NEW_KEY });
    expect(() => impostor.open(sealer.seal(GUEST, HERE), HERE)).toThrow(InvalidInput);
  });

  it('stay readable after their key was replaced, while new ones use the new key', () => {
    const sealed = sealer.seal(GUEST, HERE);
    const rotated = createSealer(keyRing('new', 'old'));
    expect(rotated.open(sealed, HERE)).toEqual(GUEST);
    expect(rotated.seal(GUEST, HERE).k).toBe('new');
  });

  it('name the key that is missing', () => {
    const sealed = sealer.seal(GUEST, HERE);
    expect(() => createSealer(keyRing('new')).open(sealed, HERE)).toThrow(NotFound);
  });

  it('are small when what they hold is long and repeats itself', () => {
    const changes = Array.from({ length: 500 }, (_, index) => ({ action: 'updated', eventId: `event-${index}` }));
    const sealed = sealer.seal(changes, HERE);
    expect(sealed.v.length).toBeLessThan(JSON.stringify(changes).length / 4);
    expect(sealer.open(sealed, HERE)).toEqual(changes);
  });

  it('refuse what JSON cannot hold', () => {
    expect(() => sealer.seal(undefined, HERE)).toThrow(InvalidInput);
  });

  it('use the random bytes they are given as nonce', () => {
    const counted = createSealer(keyRing('old'), (size) => new Uint8Array(size).fill(7));
    expect(counted.seal(GUEST, HERE).v.subarray(0, 12)).toEqual(new Uint8Array(12).fill(7));
  });
});
