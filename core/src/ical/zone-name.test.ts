import { describe, expect, it } from 'vitest';
import { ianaNameOf, offsetNameOf } from './zone-name.ts';

describe('the name of a zone', () => {
  it.each([
    ['Europe/Berlin', 'Europe/Berlin'],
    ['"Europe/Berlin"', 'Europe/Berlin'],
    [' Europe/Berlin ', 'Europe/Berlin'],
    ['UTC', 'UTC'],
    ['W. Europe Standard Time', 'Europe/Berlin'],
    ['GMT Standard Time', 'Europe/London'],
    ['Eastern Standard Time', 'America/New_York'],
    ['SA Pacific Standard Time', 'America/Bogota'],
    ['New Zealand Standard Time', 'Pacific/Auckland'],
    ['(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna', 'Europe/Berlin'],
    ['(UTC-05:00) Eastern Time (US & Canada)', 'America/New_York'],
    ['/freeassociation.sourceforge.net/Europe/Berlin', 'Europe/Berlin'],
    ['/mozilla.org/20050126_1/America/Argentina/Buenos_Aires', 'America/Argentina/Buenos_Aires'],
    ['/softwarestudio.org/Olson_20011030_5/America/New_York', 'America/New_York'],
    ['tzone://Microsoft/Utc', 'Utc'],
  ])('%s is %s', (tzid, name) => {
    expect(ianaNameOf(tzid)).toBe(name);
  });

  it.each([
    '',
    'Mars/Base',
    'Customized Time Zone',
    'Customized Time Zone 1',
    'tzone://Microsoft/Custom',
    '(no TZ description)',
    'Standard Time',
    'constructor',
    '__proto__ Standard Time',
    'x'.repeat(10_000),
  ])('"%s" means nothing, least of all the zone of the process', (tzid) => {
    expect(ianaNameOf(tzid)).toBeUndefined();
  });

  it.each([
    ['+05:30', '+05:30'],
    ['GMT-0430', '-04:30'],
    ['UTC+2', '+02:00'],
    ['(UTC+03:30) Somewhere', '+03:30'],
    ['(GMT+01.00) Somewhere', '+01:00'],
    ['Somewhere+1', undefined],
    ['UTC+99', undefined],
    ['Europe/Berlin', undefined],
  ])('%s states the offset %s', (tzid, offset) => {
    expect(offsetNameOf(tzid)).toBe(offset);
  });
});
