import { ID_PATTERN } from '@dovetail/core/domain/resource.ts';
import { ROLES, type Role } from '@dovetail/core/domain/tenant.ts';
import { isTimeZone } from '@dovetail/core/ical/local-time.ts';
import { createApiKey, revokeApiKey } from '@dovetail/core/sync/tenants/change-api-keys.ts';
import { openTenant } from '@dovetail/core/sync/tenants/open-tenant.ts';
import { bookingSystemCommands } from './booking-system-commands.ts';
import { connected } from './connected.ts';
import { makeSecret, SECRET_NAMES } from './make-secret.ts';
import { type Command, UsageError } from './read-command.ts';

/** Everything an operator can do from the command line. */
export const commands: readonly Command[] = [
  {
    name: 'tenant create',
    summary: 'Makes a business with its first key, which is shown this once and may do everything in it.',
    required: { id: 'loft', name: '"The Loft"', 'time-zone': 'America/New_York' },
    run: ({ id = '', name = '', 'time-zone': timeZone = '' }, world) => {
      if (!ID_PATTERN.test(id)) {
        throw new UsageError(`An id has 1 to 64 lower-case letters, digits and inner hyphens; "${id}" has not.`);
      }
      if (!isTimeZone(timeZone)) throw new UsageError(`"${timeZone}" is not an IANA time zone.`);
      return connected(world, async (deps) => [await openTenant({ id, name: name.trim(), timeZone }, deps)]);
    },
  },
  {
    name: 'tenant list',
    summary: 'Every business: id, name, zone, and whether it is paused.',
    required: {},
    run: (_, world) =>
      connected(world, async ({ documents, store }) =>
        (await store.tenants.all(documents)).map(({ id, name, timeZone, paused }) =>
          [id, name, timeZone, ...(paused ? ['paused'] : [])].join('\t'),
        ),
      ),
  },
  {
    name: 'key create',
    summary: 'Makes a key, which is shown this once.',
    required: { tenant: 'loft', role: ROLES.join('|'), label: '"front desk"' },
    run: ({ tenant: tenantId = '', role = '', label = '' }, world) => {
      if (!isRole(role)) throw new UsageError(`A role is one of ${ROLES.join(', ')}; "${role}" is not.`);
      return connected(world, async (deps) => [(await createApiKey({ tenantId, role, label }, deps)).secret]);
    },
  },
  {
    name: 'key list',
    summary: 'Every key of a business: id, role, label, since when.',
    required: { tenant: 'loft' },
    run: ({ tenant = '' }, world) =>
      connected(world, async ({ documents, store }) =>
        (await store.tenants.apiKeysOf(documents, tenant)).map(({ id, role, label, createdAt }) =>
          [id, role, label, createdAt].join('\t'),
        ),
      ),
  },
  {
    name: 'key revoke',
    summary: 'Ends a key at once.',
    required: { tenant: 'loft', key: 'ID' },
    run: ({ tenant: tenantId = '', key: keyId = '' }, world) =>
      connected(world, async (deps) => {
        await revokeApiKey({ tenantId, keyId }, deps);
        return [];
      }),
  },
  ...bookingSystemCommands,
  {
    name: 'secret make',
    summary: 'Prints a new secret for Secret Manager. With --after -, the sealing keys on standard input stay usable.',
    required: { name: SECRET_NAMES.join('|') },
    optional: { after: '-' },
    run: async ({ name = '', after }, { standardInput }) => {
      if (after !== undefined && after !== '-') throw new UsageError('--after takes "-": standard input.');
      return [makeSecret(name, after === undefined ? undefined : await standardInput())];
    },
  },
];

function isRole(name: string): name is Role {
  return (ROLES as readonly string[]).includes(name);
}
