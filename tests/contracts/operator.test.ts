import { AlreadyExists, NotFound } from '@dovetail/core/domain/errors.ts';
import { commands } from '@dovetail/operator/commands.ts';
import { readCommand, UsageError } from '@dovetail/operator/read-command.ts';
import { operatorDeps } from '@dovetail/operator/wiring.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Service, startService } from './run-service-server.ts';

let service: Service;
beforeEach(async () => {
  service = await startService();
});
afterEach(() => service.close());

/** Types a command, with the service's own documents behind it. */
function operate(...args: readonly string[]): Promise<readonly string[]> {
  const { command, options } = readCommand(args, commands);
  return command.run(options, {
    connect: () => ({ ...operatorDeps(service.documents), close: async () => undefined }),
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
});
