import { describe, expect, it } from 'vitest';
import type { LedgerEvent } from '../../domain/event.ts';
import {
  type BlockChange,
  type BlockParts,
  blockIdOf,
  blockState,
  countDeletions,
  planBlocks,
  type SeenEvent,
} from './plan-blocks.ts';

const NOW = Date.parse('2027-06-01T12:00:00Z');
const PARTS: BlockParts = {
  binding: { id: 'cal', resourceId: 'bay-1' },
  priority: 4,
  runId: 'run',
  seenAt: '2027-06-01T12:00:00Z',
};

function hour(from: number, key = '', title = 'Dentist') {
  const at = (hours: number) => `2027-06-07T${String(hours).padStart(2, '0')}:00:00Z`;
  return { key, title, start: at(from), end: at(from + 1) };
}

function seen(part: Partial<SeenEvent> = {}): SeenEvent {
  return { remoteId: 'r1', dates: [], freed: 'others', deleted: new Set(), ...part };
}

/** The block that a date led to before. */
function block(date = hour(15), part: Partial<LedgerEvent> = {}, remoteId = 'r1'): LedgerEvent {
  const change = { eventId: blockIdOf('cal', remoteId, date.key), remoteId, date };
  const state = blockState(change, undefined, PARTS, false);
  if (!state) throw new Error('no block');
  const { staffReleasedAt: _, ...said } = state;
  const at = '2027-06-01T11:00:00Z';
  return { ...said, revision: 1, firstSeenAt: at, updatedAt: at, ...part };
}

/** What becomes of which block, in words. */
function plan(events: readonly SeenEvent[], known: readonly LedgerEvent[]): string[] {
  return planBlocks(events, known, PARTS.binding.id, NOW).map(({ date, deletion }) =>
    date ? `${date.start.slice(11, 13)} ${date.title}` : (deletion ?? 'freed'),
  );
}

describe('planning blocks', () => {
  it.each<[string, readonly SeenEvent[], readonly LedgerEvent[], readonly string[]]>([
    ['a new event blocks', [seen({ dates: [hour(15)] })], [], ['15 Dentist']],
    ['one that is known and says the same changes nothing', [seen({ dates: [hour(15)] })], [block()], []],
    ['one that was moved moves', [seen({ dates: [hour(17)] })], [block()], ['17 Dentist']],
    ['one that was renamed is', [seen({ dates: [hour(15, '', 'Surgery')] })], [block()], ['15 Surgery']],
    ['one that takes no time any more frees it', [seen()], [block()], ['freed']],
    ['one that never took any frees nothing', [seen()], [], []],
    ['one that was deleted frees it', [seen({ deleted: new Set(['']) })], [block()], ['of-event']],
    [
      'one that is back blocks again',
      [seen({ dates: [hour(15)] })],
      [block(hour(15), { status: 'cancelled' })],
      ['15 Dentist'],
    ],
    ['one that is freed already stays so', [seen()], [block(hour(15), { status: 'cancelled' })], []],
    [
      'what is held for staff waits for them',
      [seen({ deleted: new Set(['']) })],
      [block(hour(15), { status: 'missing' })],
      [],
    ],
    [
      'what is held and was only hidden is there again',
      [seen({ dates: [hour(15)] })],
      [block(hour(15), { status: 'missing' })],
      ['15 Dentist'],
    ],
    ['what is held and is shown as free frees it', [seen()], [block(hour(15), { status: 'missing' })], ['freed']],
    [
      'what staff released stays released',
      [seen({ dates: [hour(15)] })],
      [block(hour(15), { status: 'released', staffReleasedAt: '2027-06-01T11:30:00Z' })],
      [],
    ],
    [
      'what staff released and is gone can be held no more',
      [seen()],
      [block(hour(15), { status: 'released', staffReleasedAt: '2027-06-01T11:30:00Z' })],
      ['freed'],
    ],
    [
      'of a series, what is new comes before what goes',
      [seen({ dates: [hour(9, 'b'), hour(10, 'c')], deleted: new Set(['a']) })],
      [block(hour(8, 'a')), block(hour(9, 'b')), block(hour(12, 'd'))],
      ['10 Dentist', 'of-date', 'freed'],
    ],
    [
      'of a series that is not all known, only the dates that were listed',
      [seen({ dates: [hour(9, 'b')], freed: new Set(['a', 'b']), deleted: new Set(['a']) })],
      [block(hour(8, 'a')), block(hour(12, 'd'))],
      ['09 Dentist', 'of-date'],
    ],
    ['another event’s block is left alone', [seen()], [block(hour(15), {}, 'r2')], []],
  ])('%s', (_what, events, known, expected) => {
    expect(plan(events, known)).toEqual(expected);
  });

  it('leaves what is past as it was', () => {
    const past = { key: '', title: 'Dentist', start: '2027-05-31T15:00:00Z', end: '2027-05-31T16:00:00Z' };
    expect(plan([seen({ deleted: new Set(['']) })], [block(past)])).toEqual([]);
    expect(plan([seen({ dates: [past] })], [])).toEqual([]);
    expect(plan([seen({ dates: [past] })], [block()])).toEqual(['15 Dentist']);
  });

  it('gives a date the same block wherever it is moved, and another than any other date', () => {
    const ids = planBlocks([seen({ dates: [hour(9, 'a'), hour(9, 'b'), hour(9)] })], [], PARTS.binding.id, NOW);
    expect(new Set(ids.map(({ eventId }) => eventId)).size).toBe(3);
    const [moved] = planBlocks([seen({ dates: [hour(20, 'a')] })], [], PARTS.binding.id, NOW);
    expect(moved?.eventId).toBe(ids[0]?.eventId);
  });

  it('says in the ledger whose word it is, and nothing of guests', () => {
    expect(block()).toMatchObject({
      kind: 'block',
      status: 'active',
      source: { type: 'binding', id: 'cal', externalUid: 'r1' },
      bindingId: 'cal',
      remoteId: 'r1',
    });
    expect(block()).not.toHaveProperty('guest');
  });

  it('holds deletions while there are many, and nothing else', () => {
    const gone: BlockChange = { eventId: 'e', remoteId: 'r1', deletion: 'of-event' };
    expect(blockState(gone, block(), PARTS, true)).toMatchObject({ status: 'missing' });
    expect(blockState(gone, block(), PARTS, false)).toMatchObject({ status: 'cancelled' });
    expect(blockState({ eventId: 'e', remoteId: 'r1' }, block(), PARTS, true)).toMatchObject({ status: 'cancelled' });
    expect(blockState(gone, undefined, PARTS, true)).toBeNull();
  });

  it('counts a series that was deleted once, and dates that were deleted by themselves each', () => {
    const dates = ['a', 'b', 'c'].map((key, index) => block(hour(index, key)));
    expect(countDeletions(planBlocks([seen({ deleted: new Set(['']) })], dates, PARTS.binding.id, NOW))).toBe(1);
    expect(countDeletions(planBlocks([seen({ deleted: new Set(['a', 'c']) })], dates, PARTS.binding.id, NOW))).toBe(2);
    expect(countDeletions(planBlocks([seen()], dates, PARTS.binding.id, NOW))).toBe(0);
  });
});
