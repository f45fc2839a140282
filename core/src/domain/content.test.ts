import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  CONTENT_FIELDS,
  type Content,
  type ContentField,
  changedFields,
  differingFields,
  normaliseTitle,
  stampOf,
  withFields,
} from './content.ts';

const LESSON: Content = {
  start: '2027-05-01T14:00:00Z',
  end: '2027-05-01T15:00:00Z',
  title: 'Lesson',
  status: 'confirmed',
  resourceId: 'bay-1',
};

/** Few values each, so that two contents often share some. */
const content: fc.Arbitrary<Content> = fc.record({
  start: fc.constantFrom('2027-05-01T14:00:00Z', '2027-05-01', '2027-04-30'),
  end: fc.constantFrom('2027-05-01T15:00:00Z', '2027-05-02', '2027-05-03'),
  title: fc.constantFrom('', 'Lesson', 'lesson', 'Bay 1', 'confirmed', 'bay-1'),
  status: fc.constantFrom('confirmed' as const, 'tentative' as const, 'cancelled' as const),
  resourceId: fc.constantFrom('bay-1', 'bay-2', 'confirmed'),
});
const fields = fc.subarray([...CONTENT_FIELDS]);

/** The fields in which two contents differ, found by looking. */
function lookedUp(a: Content, b: Content): ContentField[] {
  const differs: Record<ContentField, boolean> = {
    interval: a.start !== b.start || a.end !== b.end,
    title: a.title !== b.title,
    status: a.status !== b.status,
    resource: a.resourceId !== b.resourceId,
  };
  return CONTENT_FIELDS.filter((field) => differs[field]);
}

describe('a stamp', () => {
  it('is written as it always was: the events out there carry it', () => {
    expect(stampOf(LESSON)).toBe('1.elplekp91i.lvar157b5a.iiluvkvtb4.oq3gfjs2ob');
  });

  it('tells exactly the fields that were changed since', () => {
    fc.assert(
      fc.property(content, content, (written, now) => {
        expect(changedFields(now, stampOf(written))).toEqual(lookedUp(written, now));
      }),
      { numRuns: 1_000 },
    );
  });

  it.each<[string, Partial<Content>, ContentField]>([
    ['a later start', { start: '2027-05-01T14:30:00Z' }, 'interval'],
    ['a later end', { end: '2027-05-01T15:30:00Z' }, 'interval'],
    ['dates instead of times', { start: '2027-05-01', end: '2027-05-02' }, 'interval'],
    ['another title', { title: 'Lesson with Ada' }, 'title'],
    ['a title in capitals', { title: 'LESSON' }, 'title'],
    ['no title', { title: '' }, 'title'],
    ['another status', { status: 'tentative' }, 'status'],
    ['another resource', { resourceId: 'bay-2' }, 'resource'],
  ])('sees %s in that field alone', (_, change, field) => {
    expect(changedFields({ ...LESSON, ...change }, stampOf(LESSON))).toEqual([field]);
  });

  it.each([
    ['none at all', undefined],
    ['an empty one', ''],
    ['one of another version', stampOf(LESSON).replace('1.', '2.')],
    ['one that lacks a field', stampOf(LESSON).split('.').slice(0, 4).join('.')],
    ['one with a field too many', `${stampOf(LESSON)}.0`],
    ['one with blanks around it', ` ${stampOf(LESSON)}`],
    ['what other software wrote', 'synced'],
    ['what looks like one', '1.a.b.c.d'],
  ])('vouches for no field when it is %s', (_, stamp) => {
    expect(changedFields(LESSON, stamp)).toEqual(CONTENT_FIELDS);
  });

  it('can be any text without doing harm', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^1(\.[a-v0-9]{0,10}){0,5}$/)), (stamp) => {
        expect(changedFields(LESSON, stamp)).toEqual(CONTENT_FIELDS);
      }),
    );
  });

  it('keeps what is in it to itself, and short', () => {
    const stamp = stampOf({ ...LESSON, title: 'Grace Hopper, +1 555 0100'.repeat(20) });
    expect(stamp).not.toMatch(/Grace|555/i);
    expect(stamp.length).toBeLessThanOrEqual(60);
  });
});

describe('titles', () => {
  it.each([
    ['blanks around it', 'Lesson', '  Lesson '],
    ['runs of blanks', 'Lesson for two', 'Lesson   for two'],
    ['a line break', 'Lesson for two', 'Lesson\r\nfor two'],
    ['a tab and a no-break space', 'Lesson for two', 'Lesson\tfor\u00a0two'],
    ['how an accent is encoded', 'Se\u00f1or Nu\u00f1ez', 'Sen\u0303or Nun\u0303ez'],
    ['how a syllable is encoded', '\uac00', '\u1100\u1161'],
  ])('are equal whatever %s', (_, one, other) => {
    expect(one).not.toBe(other);
    expect(differingFields({ ...LESSON, title: one }, { ...LESSON, title: other })).toEqual([]);
  });

  it('differ where a person sees a difference', () => {
    const titles = ['', 'Lesson', 'lesson', 'Les son', 'Le\u00e7on', 'Lecon', 'Lesson!', 'Lesson 1', 'Lesson 2'];
    for (const [index, title] of titles.entries()) {
      for (const other of titles.slice(index + 1)) {
        expect(differingFields({ ...LESSON, title }, { ...LESSON, title: other })).toEqual(['title']);
      }
    }
  });

  it('stay as they are once they are normalised', () => {
    const unit = fc.constantFrom(' ', '\n', '\u00a0', '\u2000', 'a', 'n', '\u0303', '\u1100', '\u1161', '\ud800');
    fc.assert(
      fc.property(fc.string({ unit }), (title) => {
        const once = normaliseTitle(title);
        expect(normaliseTitle(once)).toBe(once);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('withFields', () => {
  it('takes exactly the named fields from the other', () => {
    fc.assert(
      fc.property(content, content, fields, (base, other, named) => {
        const merged = withFields(base, other, named);
        expect(differingFields(merged, other).filter((field) => named.includes(field))).toEqual([]);
        expect(differingFields(merged, base)).toEqual(
          differingFields(other, base).filter((field) => named.includes(field)),
        );
      }),
      { numRuns: 1_000 },
    );
  });

  it('never mixes the start of one with the end of the other', () => {
    fc.assert(
      fc.property(content, content, fields, (base, other, named) => {
        const { start, end } = withFields(base, other, named);
        const from = named.includes('interval') ? other : base;
        expect({ start, end }).toEqual({ start: from.start, end: from.end });
      }),
    );
  });

  it('changes nothing for no fields, and everything for all', () => {
    fc.assert(
      fc.property(content, content, (base, other) => {
        expect(withFields(base, other, [])).toEqual(base);
        expect(withFields(base, other, CONTENT_FIELDS)).toEqual(other);
      }),
    );
  });

  it('answers with a content and nothing more, whatever else its arguments carry', () => {
    const event = { ...LESSON, guest: { name: 'Ada' } };
    expect(withFields(event, event, ['title'])).toEqual(LESSON);
    expect(withFields(event, event, CONTENT_FIELDS)).toEqual(LESSON);
  });
});

describe('differingFields', () => {
  it('is the same seen from either side, and empty only between equals', () => {
    fc.assert(
      fc.property(content, content, (a, b) => {
        expect(differingFields(a, b)).toEqual(differingFields(b, a));
        expect(differingFields(a, b)).toEqual(lookedUp(a, b));
        expect(differingFields(a, { ...a })).toEqual([]);
      }),
      { numRuns: 1_000 },
    );
  });
});
