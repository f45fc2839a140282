import { describe, expect, it } from 'vitest';
import type { PageLine } from '../store/pages.ts';
import { standingOf } from './read-standing.ts';

const BLOCK: PageLine = {
  id: 'block',
  start: '2027-06-10',
  end: '2027-06-20',
  kind: 'block',
  status: 'active',
  priority: 3,
  source: 'feed:vrbo',
  overriddenBy: 'stay',
};
const stay = (id: string, start: string, end: string, part: Partial<PageLine> = {}): PageLine => {
  const { overriddenBy: _, ...line } = BLOCK;
  return { ...line, id, start, end, kind: 'reservation', ...part };
};

describe('of a block that reservations go before', () => {
  it.each([
    [
      'within it',
      [['2027-06-12', '2027-06-14']],
      [
        ['2027-06-10', '2027-06-12'],
        ['2027-06-14', '2027-06-20'],
      ],
    ],
    ['over its beginning', [['2027-06-08', '2027-06-12']], [['2027-06-12', '2027-06-20']]],
    ['over its end', [['2027-06-18', '2027-06-25']], [['2027-06-10', '2027-06-18']]],
    ['over all of it', [['2027-06-01', '2027-06-30']], []],
    [
      'back to back',
      [
        ['2027-06-12', '2027-06-14'],
        ['2027-06-14', '2027-06-15'],
      ],
      [
        ['2027-06-10', '2027-06-12'],
        ['2027-06-15', '2027-06-20'],
      ],
    ],
    [
      'over each other',
      [
        ['2027-06-12', '2027-06-16'],
        ['2027-06-13', '2027-06-14'],
      ],
      [
        ['2027-06-10', '2027-06-12'],
        ['2027-06-16', '2027-06-20'],
      ],
    ],
    ['beside it', [['2027-06-01', '2027-06-10']], [['2027-06-10', '2027-06-20']]],
  ] as const)('%s, the rest stands', (_, stays, parts) => {
    const lines = stays.map(([start, end], index) => stay(`stay-${index}`, start, end));
    expect(standingOf(BLOCK, [BLOCK, ...lines])).toEqual({ parts: parts.map(([start, end]) => ({ start, end })) });
  });
});

it('a block that nothing goes before is whole, and says no more', () => {
  const { overriddenBy: _, ...whole } = BLOCK;
  expect(standingOf(whole, [stay('stay', '2027-06-12', '2027-06-14')])).toEqual({});
});

describe('stays that change on one day', () => {
  const middle = stay('middle', '2027-06-10', '2027-06-12');

  it('name the one that leaves as they arrive, and the one that arrives as they leave', () => {
    const lines = [stay('first', '2027-06-05', '2027-06-10'), middle, stay('last', '2027-06-12', '2027-06-13')];
    expect(standingOf(middle, lines)).toEqual({ arrivesAfter: 'first', leavesBefore: 'last' });
  });

  it('are not those with a night between them, blocks, or bookings that another source shows', () => {
    const lines = [
      stay('first', '2027-06-05', '2027-06-09'),
      { ...BLOCK, start: '2027-06-12' },
      stay('told twice', '2027-06-12', '2027-06-13', { mergedInto: 'other' }),
    ];
    expect(standingOf(middle, lines)).toEqual({});
  });

  it('are none on a timed resource', () => {
    const lesson = stay('lesson', '2027-06-10T10:00:00Z', '2027-06-10T11:00:00Z');
    expect(standingOf(lesson, [stay('next', '2027-06-10T11:00:00Z', '2027-06-10T12:00:00Z')])).toEqual({});
  });
});
