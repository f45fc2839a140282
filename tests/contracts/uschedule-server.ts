import type { AddressInfo } from 'node:net';
import { Faults } from '@dovetail/sandbox/faults.ts';
import { StudioClock } from '@dovetail/sandbox/studio-clock.ts';
import type { UScheduleResource } from '@dovetail/sandbox/uschedule/appointment.ts';
import { createUScheduleSimulator, type UScheduleControl } from '@dovetail/sandbox/uschedule/uschedule-simulator.ts';
import express from 'express';

export const WEBHOOK_SECRET = 'whsec_dGVzdC1zZWNyZXQtb2YtdGhpcnR5LXR3by1ieXRlcyE=';
export const START = Date.parse('2027-05-01T08:00:00Z');

export interface UScheduleServer {
  /** Without `/v1`. */
  readonly baseUrl: string;
  readonly control: UScheduleControl;
  readonly clock: StudioClock;
  readonly faults: Faults;
  close(): Promise<void>;
}

/** The simulator behind a real socket, its clock beginning at `START`. */
export async function startUSchedule(
  options: { webhookUrl?: () => string | undefined; resources?: readonly UScheduleResource[] } = {},
): Promise<UScheduleServer> {
  const clock = new StudioClock(START);
  const faults = new Faults();
  const { router, control } = createUScheduleSimulator({
    clock,
    faults,
    webhookSecret: WEBHOOK_SECRET,
    apiKey: 'the-key',
    ...options,
  });
  const server = express().use('/uschedule', router).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/uschedule`,
    control,
    clock,
    faults,
    async close() {
      clock.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
