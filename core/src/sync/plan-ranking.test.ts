import { expect, it } from 'vitest';
import { type OutrankedEvent, planRanking } from './plan-ranking.ts';

const event = (id: string, part: Partial<OutrankedEvent> = {}): OutrankedEvent => ({ id, resourceId: 'room', ...part });
const weighing = (weight: number) => () => weight;

it('events are cut into commits that hold what follows from them', () => {
  const events = ['a', 'b', 'c', 'd', 'e'].map((id) => event(id));
  expect(planRanking(events, weighing(1), 5)).toEqual([['a', 'b', 'c', 'd', 'e']]);
  expect(planRanking(events, weighing(1), 2)).toEqual([['a', 'b'], ['c', 'd'], ['e']]);
  expect(planRanking(events, weighing(2), 5)).toEqual([['a', 'b'], ['c', 'd'], ['e']]);
  expect(planRanking(events, weighing(9), 5)).toEqual([['a'], ['b'], ['c'], ['d'], ['e']]);
  expect(planRanking([], weighing(1), 5)).toEqual([]);
});

it('an event weighs as much as its resource has relatives', () => {
  const events = [event('a', { resourceId: 'house' }), event('b'), event('c'), event('d')];
  expect(planRanking(events, (id) => (id === 'house' ? 4 : 1), 5)).toEqual([
    ['a', 'b'],
    ['c', 'd'],
  ]);
});

it('those that were judged against each other go together, wherever they stand', () => {
  const events = [event('a'), event('b'), event('c'), event('d', { overriddenBy: 'b', resourceId: 'house' })];
  expect(planRanking(events, weighing(1), 2)).toEqual([['a'], ['b', 'd'], ['c']]);
  expect(planRanking(events, weighing(1), 3)).toEqual([['a', 'b', 'd'], ['c']]);
});

it('those that show one booking go together, with what these were judged against', () => {
  const events = [event('a', { mergedInto: 'd' }), event('b'), event('c', { overriddenBy: 'd' }), event('d')];
  expect(planRanking(events, weighing(1), 3)).toEqual([['a', 'c', 'd'], ['b']]);
});

it('what was judged against an event that keeps its priority goes alone', () => {
  expect(planRanking([event('a', { overriddenBy: 'x' }), event('b', { mergedInto: 'x' })], weighing(1), 1)).toEqual([
    ['a'],
    ['b'],
  ]);
});

it('more than one commit holds are ranked one commit after the other all the same', () => {
  const events = [event('a'), event('b', { overriddenBy: 'a' }), event('c', { overriddenBy: 'a' })];
  expect(planRanking(events, weighing(1), 2)).toEqual([['a', 'b'], ['c']]);
});
