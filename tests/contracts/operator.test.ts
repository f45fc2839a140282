import { AlreadyExists, NotFound, Rejected } from '@dovetail/core/domain/errors.ts';
import { commands } from '@dovetail/operator/commands.ts';
import { readCommand, UsageError } from '@dovetail/operator/read-command.ts';
import { operatorDeps } from '@dovetail/operator/wiring.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Service, sign, startService } from './run-service-server.ts';

let service: Service;
beforeEach(async () => {
  service = await startService();
});
afterEach(() => service.close());

/** Types a command, with the service's own documents behind it. */
function operate(...args: readonly string[]): Promise<readonly string[]> {
  const { command, options } = readCommand(args, commands);
  return command.run(options, {
    connect: async () => ({ ...operatorDeps(service.documents), close: async () => undefined }),
    standardInput: async () => '',
  });
}

const open = (id: string, zone = 'Europe/Madrid') =>
  operate('tenant', 'create', '--id', id, '--name', 'The Barn', '--time-zone', zone);

describe('what an operator does', () => {
  it('makes a tenant whose first key may do everything in it', async () => {
    const [key = ''] = await open('barn');
    const { body } = await service.call('getTenant', '/v1/tenant', { key });
    expect(body).toMatchObject({ id: 'barn', name: 'The Barn', timeZone: 'Europe/Madrid', paused: false });
    const made = await service.call('createResource', '/v1/resources', {
      key,
      body: { id: 'stall', name: 'Stall', kind: 'timed', timeZone: 'Europe/Madrid' },
    });
    expect(made.status).toBe(201);
    expect(await operate('tenant', 'list')).toContain('barn\tThe Barn\tEurope/Madrid');
  });

  it('never takes a tenant for another, and refuses what none can be', async () => {
    await open('barn');
    await expect(open('barn')).rejects.toThrow(AlreadyExists);
    expect(() => open('The Barn')).toThrow(UsageError);
    expect(() => open('shed', 'Madrid')).toThrow(UsageError);
    expect(await operate('tenant', 'list')).toHaveLength(3);
  });

  it('makes a key where all others are lost, and revokes those that are', async () => {
    const [key = ''] = await operate('key', 'create', '--tenant', 'loft', '--role', 'manager', '--label', 'again');
    expect((await service.call('getTenant', '/v1/tenant', { key })).status).toBe(200);
    const line = (await operate('key', 'list', '--tenant', 'loft')).find((one) => one.includes('again'));
    await operate('key', 'revoke', '--tenant', 'loft', '--key', line?.split('\t')[0] ?? '');
    expect((await service.call('getTenant', '/v1/tenant', { key })).status).toBe(401);
    await expect(operate('key', 'revoke', '--tenant', 'loft', '--key', 'nothing')).rejects.toThrow(NotFound);
    await expect(operate('key', 'create', '--tenant', 'shed', '--role', 'staff', '--label', 'x')).rejects.toThrow(
      NotFound,
    );
    expect(() => operate('key', 'create', '--tenant', 'loft', '--role', 'owner', '--label', 'x')).toThrow(UsageError);
  });

  it('connects a booking system, whose webhooks are then verified, and keeps what was learned of it', async () => {
    const { documents, store } = service;
    const connect = (...more: readonly string[]) =>
      operate('booking-system', 'connect', '--tenant', 'casa', '--id', 'app', '--type', 'webhook', ...more);
    await connect('--webhook-secret', 'loft-app-webhooks', '--resources', 'one=kaya');
    const data = {
      id: 'b1',
      version: 1,
      status: 'confirmed',
      resourceId: 'one',
      start: '2027-05-03',
      end: '2027-05-05',
    };
    const body = JSON.stringify({ type: 'booking.created', timestamp: '2027-05-01T08:00:00Z', data });
    const sent = await service.send('POST', '/webhook/bookings/casa/app', { key: null, body, headers: sign(body) });
    expect(sent.status).toBe(202);
    await documents.commit([store.bookingSystems.update('casa', 'app', { polledUntil: '2027-05-01T00:00:00Z' })]);
    await connect('--webhook-secret', 'other', '--priority', '2');
    expect(await store.bookingSystems.get(documents, 'casa', 'app')).toMatchObject({
      ...{ webhookSecret: 'other', priority: 2, resourceIds: {}, polledUntil: '2027-05-01T00:00:00Z' },
    });
    expect(await operate('booking-system', 'list', '--tenant', 'casa')).toEqual([
      'app\twebhook\t-\t2027-05-01T00:00:00Z',
    ]);
  });

  it('connects none that could not work', async () => {
    const connect = (...more: readonly string[]) => operate('booking-system', 'connect', '--id', 'uschedule', ...more);
    const uschedule = ['--type', 'uschedule', '--api-key-secret', 'a', '--webhook-secret', 'b', '--base-url'];
    await expect(connect('--tenant', 'shed', ...uschedule, 'https://u.test')).rejects.toThrow(NotFound);
    const wrong = connect('--tenant', 'casa', ...uschedule, 'https://u.test', '--resources', '1=bay-9');
    await expect(wrong).rejects.toThrow(/no resource "bay-9"/);
    const other = connect('--tenant', 'loft', '--type', 'webhook', '--webhook-secret', 'b');
    await expect(other).rejects.toThrow(Rejected);
  });
});
