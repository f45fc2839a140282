import { describe, expect, it } from 'vitest';
import { settingsOf } from './booking-system-commands.ts';
import { type Options, UsageError } from './read-command.ts';

const USCHEDULE: Options = {
  ...{ id: 'uschedule', type: 'uschedule', 'base-url': 'https://api.test/v1/', 'api-key-secret': 'key' },
  ...{ 'webhook-secret': 'hook', resources: '1=bay-1, 2=bay-2' },
};

describe('what a command line says of a booking system', () => {
  it('is how it is reached and what its ids mean', () => {
    expect(settingsOf(USCHEDULE)).toMatchObject({
      ...{ id: 'uschedule', type: 'uschedule', baseUrl: 'https://api.test/v1', apiKeySecret: 'key' },
      ...{ webhookSecret: 'hook', resourceIds: { '1': 'bay-1', '2': 'bay-2' }, priority: 1 },
      mark: { managed: 'loftSyncManaged' },
    });
    expect(settingsOf({ id: 'app', type: 'webhook', 'webhook-secret': 'hook' })).toMatchObject({
      ...{ priority: 4, resourceIds: {}, mark: { managed: 'dovetailSyncManaged' } },
    });
  });

  it.each<[string, Options, RegExp]>([
    ['an id that is none', { ...USCHEDULE, id: 'U Schedule' }, /"U Schedule" has not/],
    ['a type there is not', { ...USCHEDULE, type: 'toString' }, /uschedule, motopress, webhook/],
    ['what it needs left out', { id: 'u', type: 'uschedule' }, /--base-url, --api-key-secret, --webhook-secret/],
    ['an address without https', { ...USCHEDULE, 'base-url': 'http://api.test' }, /https address/],
    [
      'an address without a key',
      { id: 'a', type: 'webhook', 'webhook-secret': 'h', 'base-url': 'https://a.test' },
      /api-key/,
    ],
    ['resources that are no pairs', { ...USCHEDULE, resources: 'bay-1' }, /1=bay-1/],
    ['a priority that is no rank', { ...USCHEDULE, priority: '-1' }, /0 to 99/],
    ['imports of others than MotoPress', { ...USCHEDULE, 'takes-imported': 'true' }, /motopress/],
  ])('refuses %s', (_, options, message) => {
    expect(() => settingsOf(options)).toThrow(UsageError);
    expect(() => settingsOf(options)).toThrow(message);
  });
});
