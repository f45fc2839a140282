import { describe, expect, it } from 'vitest';
import { nextPoll, type PollOutcome } from './next-poll.ts';

/** 08:00 in Bogota: no peak hour, and the feed has said nothing new since yesterday. */
const NOW = Date.parse('2027-06-01T13:00:00Z');
const quiet: PollOutcome = {
  now: NOW,
  pollMinutes: 60,
  timeZone: 'America/Bogota',
  lastChangeAt: '2027-05-31T13:00:00Z',
  failures: 0,
};
const minutes = (outcome: Partial<PollOutcome>) => {
  const all = { ...quiet, ...outcome };
  return (Date.parse(nextPoll(all)) - all.now) / 60_000;
};

describe('a feed is read next', () => {
  it.each<[string, Partial<PollOutcome>, number]>([
    ['after its interval', {}, 60],
    ['after its interval when it never changed', { lastChangeAt: undefined }, 60],
    ['after half of it when it changed within three hours', { lastChangeAt: '2027-06-01T10:00:01Z' }, 30],
    ['after all of it when that is longer ago', { lastChangeAt: '2027-06-01T10:00:00Z' }, 60],
    ['after half of it in the local afternoon', { now: Date.parse('2027-06-01T19:00:00Z') }, 30],
    ['after half of it late in the local evening', { now: Date.parse('2027-06-02T02:59:59Z') }, 30],
    ['after all of it at ten', { now: Date.parse('2027-06-02T03:00:00Z') }, 60],
    ['half as late again after three days of silence', { lastChangeAt: '2027-05-29T13:00:00Z' }, 90],
    ['twice as late after two weeks', { lastChangeAt: '2027-05-18T13:00:00Z' }, 120],
    ['never within a quarter of an hour', { pollMinutes: 15, lastChangeAt: '2027-06-01T12:00:00Z' }, 15],
    ['never more than six hours later', { pollMinutes: 360, lastChangeAt: '2027-01-01T00:00:00Z' }, 360],
    ['after its interval when it failed once', { failures: 1 }, 60],
    ['twice as late with every failure', { failures: 3 }, 240],
    ['six hours later at most, however often it failed', { failures: 500 }, 360],
    ['no sooner than its server said', { failures: 1, retryAfterMs: 10 * 3_600_000 }, 600],
    ['a day later at most, whatever its server said', { failures: 1, retryAfterMs: 1e12 }, 1440],
    ['when a release is due, if that is sooner', { nextReleaseAt: '2027-06-01T13:40:00Z' }, 40],
    ['when it would be read anyway, if that is sooner', { nextReleaseAt: '2027-06-01T18:00:00Z' }, 60],
    ['a quarter of an hour later when a release is due already', { nextReleaseAt: '2027-06-01T12:00:00Z' }, 15],
  ])('%s', (_case, outcome, expected) => {
    expect(minutes(outcome)).toBe(expected);
  });
});
