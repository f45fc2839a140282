import { expect, it } from 'vitest';
import { mergeOccurrences } from './merge-occurrences.ts';

const at = (start: string, end: string) => ({ key: `key of ${start}`, start, end });

it('leaves what does not overlap, also what touches, as it is', () => {
  const apart = [at('2027-03-01', '2027-03-03'), at('2027-03-03', '2027-03-05'), at('2027-03-08', '2027-03-10')];
  expect(mergeOccurrences(apart, '2027-03-02')).toEqual(apart);
});

it('makes one of those that overlap, named by the first, and no shorter than any', () => {
  const long = [at('2027-03-02', '2027-03-09'), at('2027-03-03', '2027-03-05'), at('2027-03-08', '2027-03-10')];
  expect(mergeOccurrences([...long, at('2027-03-10', '2027-03-12')], '2027-03-01')).toEqual([
    { key: 'key of 2027-03-02', start: '2027-03-02', end: '2027-03-10' },
    at('2027-03-10', '2027-03-12'),
  ]);
});

it('names what reaches back beyond the window by nothing that is another tomorrow', () => {
  const daily = [at('2027-02-28', '2027-03-03'), at('2027-03-01', '2027-03-04')];
  expect(mergeOccurrences(daily, '2027-03-01')).toEqual([{ key: '', start: '2027-02-28', end: '2027-03-04' }]);
});
