import { describe, expect, it } from 'vitest';
import { type Conditions, chooseRepresentation } from './choose-representation.ts';

const STATE = { tag: 'abc', lastModified: '2027-05-01T08:00:00Z' };
const choose = (part: Partial<Conditions>, state: { tag: string; lastModified?: string } = STATE) =>
  chooseRepresentation({ codings: ['identity'], ifNoneMatch: undefined, ifModifiedSince: undefined, ...part }, state);

describe('the coding of an answer', () => {
  it.each([
    [['gzip', 'deflate', 'br', 'identity'], 'gzip'],
    [['br', 'gzip', 'identity'], 'br'],
    [['deflate', 'identity'], 'identity'],
    [['identity', 'gzip'], 'identity'],
    [[], 'identity'],
  ])('is the first that the reader takes and we have: %j', (codings, coding) => {
    expect(choose({ codings })).toEqual({ coding, isKnown: false });
  });
});

describe('an entity tag', () => {
  const codings = ['gzip', 'br', 'identity'];
  it.each([
    ['"abc-gzip"', 'gzip'],
    ['W/"abc-gzip"', 'gzip'],
    ['"abc-br"', 'br'],
    ['"abc"', 'identity'],
    ['"x, \\"y", "abc"', 'identity'],
    ['"other","abc-br" , "abc-gzip"', 'gzip'],
    ['*', 'gzip'],
  ])('of a coding that the reader takes is known, compared weakly: %s', (ifNoneMatch, coding) => {
    expect(choose({ codings, ifNoneMatch })).toEqual({ coding, isKnown: true });
  });

  it.each(['"abc-br"', '"abcd"', 'abc', '', '"ab"', '"*"'])('is not known otherwise: %j', (ifNoneMatch) => {
    expect(choose({ codings: ['gzip', 'identity'], ifNoneMatch })).toEqual({ coding: 'gzip', isKnown: false });
  });

  it('goes before a date', () => {
    const ifModifiedSince = 'Sat, 01 May 2027 09:00:00 GMT';
    expect(choose({ ifNoneMatch: '"other"', ifModifiedSince }).isKnown).toBe(false);
    expect(choose({ ifNoneMatch: '"abc"', ifModifiedSince: 'Thu, 01 Jan 2026 00:00:00 GMT' }).isKnown).toBe(true);
  });
});

describe('a date', () => {
  it.each([
    ['Sat, 01 May 2027 08:00:00 GMT', true],
    ['Sat, 01 May 2027 08:00:01 GMT', true],
    ['Sat, 01 May 2027 07:59:59 GMT', false],
    ['yesterday', false],
  ])('is known when nothing changed after it: %s', (ifModifiedSince, isKnown) => {
    expect(choose({ ifModifiedSince }).isKnown).toBe(isKnown);
  });

  it('proves nothing while the state may still change within its second', () => {
    expect(choose({ ifModifiedSince: 'Sat, 01 May 2027 09:00:00 GMT' }, { tag: 'abc' }).isKnown).toBe(false);
  });
});
