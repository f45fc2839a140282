import { describe, expect, it } from 'vitest';
import type { KnownEntry } from '../../domain/known-entry.ts';
import { coverOf, type EchoEvidence, isExplained, judgeEcho, nextEchoAt } from './judge-echo.ts';

const NOW = Date.parse('2027-06-01T12:00:00Z');
const HOUR_MS = 3_600_000;
const closure = (part: Partial<KnownEntry> = {}): KnownEntry => ({
  eventId: 'closure',
  uid: 'uid@airbnb.com',
  recurrenceId: '',
  start: '2027-06-10',
  end: '2027-06-14',
  kind: 'block',
  look: 'look',
  state: 'present',
  ...part,
});
const stay = (eventId = 'stay', start = '2027-06-10', end = '2027-06-14') => ({ eventId, start, end });
const evidence = (part: Partial<EchoEvidence> = {}): EchoEvidence => ({
  platform: 'airbnb',
  told: [],
  collected: [],
  believed: [],
  heardAt: new Map(),
  lagMs: 4 * HOUR_MS,
  mayBeStays: false,
  ...part,
});
/** Told, and collected in time. */
const known = (...times: readonly ReturnType<typeof stay>[]) =>
  evidence({ told: times, collected: times, believed: times });
const judge = (found: EchoEvidence | undefined, next = closure(), before?: KnownEntry, now = NOW) =>
  judgeEcho(before, next, found, now);

describe('a closure that is new', () => {
  it('repeats what its platform had collected', () => {
    expect(judge(known(stay()))).toEqual({ echo: { of: 'stay' } });
    expect(judge(known(stay('longer', '2027-06-08', '2027-06-20')))).toEqual({ echo: { of: 'longer' } });
  });

  it('may repeat several that touch, and is named after the first', () => {
    const found = known(stay('a', '2027-06-09', '2027-06-12'), stay('b', '2027-06-12', '2027-06-14'));
    expect(judge(found)).toEqual({ echo: { of: 'a' } });
  });

  it.each([
    ['begins before it', stay('a', '2027-06-11', '2027-06-14')],
    ['ends after it', stay('a', '2027-06-10', '2027-06-13')],
    ['only touches it', stay('a', '2027-06-14', '2027-06-20')],
  ])('is none that %s', (_case, time) => {
    expect(judge(known(time))).toEqual({});
  });

  it('is none of times with a gap between them', () => {
    expect(judge(known(stay('a', '2027-06-10', '2027-06-12'), stay('b', '2027-06-13', '2027-06-14')))).toEqual({});
  });

  it('came first when its platform could not have collected what covers it', () => {
    expect(judge(evidence({ told: [stay()] }))).toEqual({ showedFirst: true });
    // Settings move every day; nobody sold anything.
    expect(judge(evidence({ told: [stay()] }), closure({ edge: true }))).toEqual({});
  });

  it('repeats what is gone, for as long as its platform cannot know that', () => {
    const found = evidence({ believed: [stay()] });
    expect(judge(found)).toEqual({ echo: { of: 'stay', endsAt: '2027-06-03T12:00:00Z' } });
  });

  it('is told by a UID of ours, whatever it is called and whoever collected it', () => {
    const next = closure({ uid: 'stay.publication@dovetail', kind: 'reservation' });
    expect(judge(evidence({ told: [stay()] }), next)).toEqual({ echo: { of: 'stay' } });
    expect(judge(evidence({ told: [stay('other')] }), next)).toEqual({});
  });

  it('is no stay, and nothing without evidence', () => {
    expect(judge(known(stay()), closure({ kind: 'reservation' }))).toEqual({});
    expect(judge(undefined)).toEqual({});
  });
});

describe('a closure that was known', () => {
  const echo = closure({ echo: { of: 'stay' } });

  it('is not judged anew while its time stays as it was', () => {
    expect(judge(known(stay()), closure(), closure())).toEqual({});
    expect(judge(known(), closure(), closure({ showedFirst: true }))).toEqual({ showedFirst: true });
  });

  it.each<[string, Partial<KnownEntry>]>([
    ['its time changed', { end: '2027-06-13' }],
    ['it comes back', { state: 'missing' }],
    ['it was a stay', { kind: 'reservation' }],
  ])('is judged anew when %s', (_case, part) => {
    expect(judge(known(stay()), closure(), closure(part))).toEqual({ echo: { of: 'stay' } });
  });

  it('repeats nothing by repeating itself, which platforms that nobody knows are told as well', () => {
    const [itself, back] = [stay('closure'), closure({ state: 'missing' })];
    expect(judge(known(itself), closure(), back)).toEqual({});
    expect(judge(evidence({ believed: [itself] }), closure(), closure({ state: 'released' }))).toEqual({});
    expect(judge(evidence({ told: [itself] }), closure(), back)).toEqual({});
    expect(judge(known(itself, stay()), closure(), back)).toEqual({ echo: { of: 'stay' } });
  });

  it('comes back as the echo it was when time of ours covers it, though its platform had not collected that as it is', () => {
    const found = evidence({ told: [stay('shorter')] });
    expect(judge(found, closure(), closure({ ...echo, state: 'missing' }))).toEqual({ echo: { of: 'shorter' } });
    // It was told that the time is free: it may have sold it.
    expect(judge(found, closure(), closure({ ...echo, state: 'released' }))).toEqual({ showedFirst: true });
    const over = closure({ echo: { of: 'stay', isOver: true }, state: 'missing' });
    expect(judge(found, closure(), over)).toEqual({ showedFirst: true });
    expect(judge(evidence(), closure(), closure({ ...echo, state: 'missing' }))).toEqual({});
  });

  it('is no echo any more when it reaches beyond what it repeated', () => {
    expect(judge(known(stay()), closure({ end: '2027-06-15' }), echo)).toEqual({});
  });

  it('lasts while what it repeats stands, also when that is another event now', () => {
    expect(judge(known(stay()), closure(), echo)).toEqual({ echo: { of: 'stay' } });
    expect(judge(known(stay('other')), closure(), echo)).toEqual({ echo: { of: 'other' } });
    const ending = closure({ echo: { of: 'stay', endsAt: '2027-06-02T00:00:00Z' } });
    expect(judge(known(stay()), closure(), ending)).toEqual({ echo: { of: 'stay' } });
  });

  it('lasts two days at most when its cause is gone', () => {
    const ending = judge(evidence(), closure(), echo);
    expect(ending).toEqual({ echo: { of: 'stay', endsAt: '2027-06-03T12:00:00Z' } });
    const later = closure(ending);
    expect(judge(evidence(), closure(), later, NOW + 47 * HOUR_MS)).toEqual(ending);
    expect(judge(evidence(), closure(), later, NOW + 48 * HOUR_MS).echo).toMatchObject({ isOver: true });
  });

  it('ends when its platform has heard of that and had time to show it', () => {
    const heard = evidence({ heardAt: new Map([['stay', '2027-06-01T11:00:00Z']]) });
    const ending = judge(heard, closure(), echo);
    expect(ending).toEqual({ echo: { of: 'stay', endsAt: '2027-06-01T15:00:00Z' } });
    // Collecting again and again does not put it off.
    const again = evidence({ heardAt: new Map([['stay', '2027-06-01T14:59:00Z']]) });
    expect(judge(again, closure(), closure(ending), NOW + 3 * HOUR_MS)).toEqual({
      echo: { of: 'stay', endsAt: '2027-06-01T15:00:00Z', isOver: true },
    });
  });

  it('stands for itself from then on where it may be a stay that was sold since', () => {
    const heard = evidence({ mayBeStays: true, heardAt: new Map([['stay', '2027-06-01T07:00:00Z']]) });
    expect(judge(heard, closure(), echo)).toEqual({});
    const proven = closure({ uid: 'stay.publication@dovetail', echo: { of: 'stay' } });
    expect(judge(heard, proven, proven).echo).toMatchObject({ isOver: true });
  });

  it('stays over for as long as it is shown', () => {
    const over = { of: 'stay', endsAt: '2027-06-01T00:00:00Z', isOver: true } as const;
    expect(judge(known(stay()), closure(), closure({ echo: over }))).toEqual({ echo: over });
  });

  it('keeps what it is while nothing can be looked up', () => {
    expect(judge(undefined, closure(), echo)).toEqual({ echo: { of: 'stay' } });
  });
});

describe('an echo that vanished', () => {
  const echo = closure({ echo: { of: 'stay' }, state: 'missing' });
  const heardAt = new Map([['stay', '2027-06-01T11:00:00Z']]);

  it('is explained when its cause is gone and its platform has heard of that', () => {
    expect(isExplained(echo, evidence({ heardAt }))).toBe(true);
    expect(isExplained(echo, evidence())).toBe(false);
    expect(isExplained(echo, { ...known(stay()), heardAt })).toBe(false);
    expect(isExplained(echo, undefined)).toBe(false);
    expect(isExplained(closure(), evidence({ heardAt }))).toBe(false);
  });
});

describe('the next comparison', () => {
  it('is in six hours, or when the first echo ends; none without echoes', () => {
    expect(nextEchoAt([closure()], NOW)).toBeUndefined();
    expect(nextEchoAt([closure({ echo: { of: 'a' } })], NOW)).toBe('2027-06-01T18:00:00Z');
    const ending = closure({ echo: { of: 'a', endsAt: '2027-06-01T13:00:00Z' } });
    expect(nextEchoAt([ending, closure({ echo: { of: 'a' } })], NOW)).toBe('2027-06-01T13:00:00Z');
    expect(nextEchoAt([closure({ echo: { of: 'a', isOver: true } })], NOW)).toBeUndefined();
    expect(nextEchoAt([closure({ echo: { of: 'a' }, state: 'missing' })], NOW)).toBeUndefined();
  });
});

describe('a cover', () => {
  it('may overlap, and names what is needed from the start on', () => {
    const times = [stay('a', '2027-06-01', '2027-06-11'), stay('b', '2027-06-02', '2027-06-05')];
    expect(coverOf(stay(), [...times, stay('c', '2027-06-11', '2027-06-30')])).toEqual(['a', 'c']);
    expect(coverOf(stay(), times)).toBeUndefined();
    expect(coverOf(stay(), [])).toBeUndefined();
  });
});
