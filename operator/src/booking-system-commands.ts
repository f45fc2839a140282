import { type BookingSystemConfig, DEFAULT_MARK, USCHEDULE_MARK } from '@dovetail/core/domain/booking-system-config.ts';
import { ID_PATTERN } from '@dovetail/core/domain/resource.ts';
import {
  type BookingSystemSettings,
  connectBookingSystem,
} from '@dovetail/core/sync/tenants/connect-booking-system.ts';
import { connected } from './connected.ts';
import { type Command, type Options, UsageError } from './read-command.ts';

type Type = BookingSystemConfig['type'];

/** What each type cannot do without, and whose word goes first where nobody says otherwise: lower wins. */
const TYPES: Readonly<Record<Type, { readonly needs: readonly string[]; readonly priority: number }>> = {
  uschedule: { needs: ['base-url', 'api-key-secret', 'webhook-secret'], priority: 1 },
  motopress: { needs: ['base-url', 'api-key-secret'], priority: 1 },
  webhook: { needs: ['webhook-secret'], priority: 4 },
};

/**
 * Booking systems of tenants. They are the operator's to connect and not the tenant's, since they name secrets of the
 * installation and the address that these are sent to.
 */
export const bookingSystemCommands: readonly Command[] = [
  {
    name: 'booking-system connect',
    summary:
      'Has bookings come from a system from now on; said again, it changes how it is reached. Secrets are named.',
    required: { tenant: 'loft', id: 'uschedule', type: Object.keys(TYPES).join('|') },
    optional: {
      'base-url': 'https://…',
      'api-key-secret': 'uschedule-api-key',
      'webhook-secret': 'uschedule-webhook',
      resources: '1=bay-1,2=bay-2',
      priority: '1',
      'takes-imported': 'true',
    },
    run: (options, world) => {
      const settings = settingsOf(options);
      return connected(world, async (deps) => {
        await connectBookingSystem({ tenantId: options['tenant'] ?? '', settings }, deps);
        return [`Connected. What it holds already comes with the next poll, within five minutes.`];
      });
    },
  },
  {
    name: 'booking-system list',
    summary: 'Every booking system of a business: id, type, address, read up to when.',
    required: { tenant: 'loft' },
    run: ({ tenant = '' }, world) =>
      connected(world, async ({ documents, store }) =>
        (await store.bookingSystems.query(documents, tenant)).map(({ id, type, baseUrl = '-', polledUntil = '-' }) =>
          [id, type, baseUrl, polledUntil].join('\t'),
        ),
      ),
  },
];

/** What a command line says of a booking system. Pure. @throws UsageError. */
export function settingsOf(options: Options): BookingSystemSettings {
  const { id = '', type = '' } = options;
  if (!ID_PATTERN.test(id))
    throw new UsageError(`An id has lower-case letters, digits and inner hyphens; "${id}" has not.`);
  if (!isType(type)) throw new UsageError(`A type is one of ${Object.keys(TYPES).join(', ')}; "${type}" is not.`);
  const missing = TYPES[type].needs.filter((option) => !options[option]);
  if (missing.length > 0)
    throw new UsageError(`A ${type} system needs ${missing.map((one) => `--${one}`).join(', ')}.`);
  const { 'base-url': baseUrl, 'api-key-secret': apiKeySecret, 'webhook-secret': webhookSecret } = options;
  if (baseUrl !== undefined && apiKeySecret === undefined) throw new UsageError('--base-url needs --api-key-secret.');
  return {
    ...{ id, type, resourceIds: resourceIdsOf(options['resources'] ?? ''), priority: priorityOf(options, type) },
    ...(baseUrl !== undefined && { baseUrl: addressOf(baseUrl) }),
    ...(apiKeySecret !== undefined && { apiKeySecret }),
    ...(webhookSecret !== undefined && { webhookSecret }),
    ...(takesImported(options, type) && { takesImported: true }),
    mark: type === 'uschedule' ? USCHEDULE_MARK : DEFAULT_MARK,
  };
}

function isType(type: string): type is Type {
  return Object.hasOwn(TYPES, type);
}

function addressOf(text: string): string {
  const url = URL.parse(text);
  if (url?.protocol !== 'https:') throw new UsageError(`--base-url is an https address; "${text}" is not.`);
  return url.href.replace(/\/$/, '');
}

function resourceIdsOf(text: string): Readonly<Record<string, string>> {
  const pairs = text.split(',').filter((pair) => pair !== '');
  return Object.fromEntries(
    pairs.map((pair) => {
      const [, theirs, ours] = /^([^=]+)=([^=]+)$/.exec(pair.trim()) ?? [];
      if (theirs === undefined || ours === undefined) {
        throw new UsageError(`--resources takes their id and ours, such as 1=bay-1; "${pair}" is neither.`);
      }
      return [theirs, ours];
    }),
  );
}

function priorityOf({ priority }: Options, type: Type): number {
  if (priority === undefined) return TYPES[type].priority;
  if (!/^\d{1,2}$/.test(priority)) throw new UsageError(`--priority is a number from 0 to 99; "${priority}" is not.`);
  return Number(priority);
}

function takesImported({ 'takes-imported': text }: Options, type: Type): boolean {
  if (text === undefined || text === 'false') return false;
  if (text !== 'true' || type !== 'motopress')
    throw new UsageError('--takes-imported is true or false, for motopress.');
  return true;
}
