import { describe, expect, it } from 'vitest';
import { readTime } from './feed-time.ts';
import { valuesIn } from './property.ts';

describe('the values of a list', () => {
  it('have the parameters of their line', () => {
    expect(valuesIn(';TZID=Europe/Berlin:20270501T100000,20270502T100000')).toEqual([
      ';TZID=Europe/Berlin:20270501T100000',
      ';TZID=Europe/Berlin:20270502T100000',
    ]);
  });

  it('have no more of them than bear on a time, however long they are', () => {
    const line = `;X=${'x'.repeat(30_000)};TZID="Europe/Berlin";VALUE=DATE-TIME:${'20270501T100000,'.repeat(1_000)}`;
    const values = valuesIn(line);
    expect(values).toHaveLength(1_001);
    expect(values.join('').length).toBeLessThan(100_000);
    expect(readTime(values[0] ?? '')).toEqual({ type: 'local', wall: '2027-05-01T10:00:00', tzid: 'Europe/Berlin' });
    expect(valuesIn(`;TZID=${'x'.repeat(30_000)}:1,2`).join('').length).toBeLessThan(1_000);
  });
});
