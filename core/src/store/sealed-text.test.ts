import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DovetailError, InvalidInput, NotFound } from '../domain/errors.ts';
import { createSealer } from './sealed.ts';
import { openText, sealText } from './sealed-text.ts';

const KEY = new Uint8Array(32).fill(1);
const HERE = 'accept-booking/loft/uschedule';
const GUEST = { name: 'Ada Łovelace', phone: '+1 555 0100' };

function sealerWith(id: string) {
  const byId = (asked: string) => {
    if (asked !== id) throw new NotFound(asked);
    return KEY;
  };
  return createSealer({ current: () => ({ id, key: KEY }), byId });
}

describe('a sealed text', () => {
  const sealer = sealerWith('2027.a');

  it('opens to what was sealed, whatever it is', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const expected = JSON.parse(JSON.stringify(value));
        expect(openText(sealer, sealText(sealer, value, HERE), HERE)).toEqual(expected);
      }),
    );
  });

  it('is plain ASCII that JSON, URLs and headers leave alone', () => {
    expect(sealText(sealer, GUEST, HERE)).toMatch(/^[A-Za-z0-9_-]+\.2027\.a$/);
  });

  it('shows nothing of what it holds', () => {
    const [bytes = ''] = sealText(sealer, GUEST, HERE).split('.');
    expect(Buffer.from(bytes, 'base64url').toString('latin1')).not.toMatch(/Ada|555/);
  });

  it('does not open in another place', () => {
    expect(() => openText(sealer, sealText(sealer, GUEST, HERE), 'accept-booking/casa/uschedule')).toThrow(
      InvalidInput,
    );
  });

  it('does not open once a letter was altered', () => {
    const text = sealText(sealer, GUEST, HERE);
    // The last letter may have bits that belong to no byte.
    for (let position = 0; position < text.indexOf('.') - 1; position++) {
      const letter = text[position] === 'A' ? 'B' : 'A';
      const altered = text.slice(0, position) + letter + text.slice(position + 1);
      expect(() => openText(sealer, altered, HERE)).toThrow(InvalidInput);
    }
  });

  it.each(['', '.', 'nonsense', '.2027.a', 'AAAA.2027.a', '2027.a'])('is refused when it is %j', (text) => {
    expect(() => openText(sealer, text, HERE)).toThrow(DovetailError);
  });

  it('names the key that is missing', () => {
    expect(() => openText(sealer, sealText(sealerWith('2026'), GUEST, HERE), HERE)).toThrow(NotFound);
  });
});
