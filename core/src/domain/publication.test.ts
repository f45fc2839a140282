import { describe, expect, it } from 'vitest';
import { type Publication, withToken } from './publication.ts';

const NOON = '2027-05-01T12:00:00Z';
const PUBLICATION: Publication = {
  ...{ id: 'rooms', tokenHash: 'first', selection: { type: 'tenant' }, platform: 'generic', visibility: 'busy-only' },
  ...{ shows: 'busy', window: { daysBack: 30, monthsAhead: 24 }, createdAt: NOON, updatedAt: NOON },
};

describe('the token of a publication', () => {
  it('serves on beside the new one, and ends with the rotation after the next', () => {
    const rotated = withToken(PUBLICATION, 'second', NOON);
    expect(rotated).toMatchObject({ tokenHash: 'second', previous: { tokenHash: 'first', validUntil: NOON } });
    expect(withToken(rotated, 'third', NOON).previous).toEqual({ tokenHash: 'second', validUntil: NOON });
  });

  it('is not lost when the commit that replaced it is made again', () => {
    const rotated = withToken(PUBLICATION, 'second', NOON);
    expect(withToken(rotated, 'second', NOON)).toEqual(rotated);
  });
});
