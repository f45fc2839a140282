import { BillingMeter } from '@dovetail/core/adapters/metered/billing-meter.ts';
import { startServices } from './studio/services.ts';
import type { ServiceSurroundings } from './studio/wire-services.ts';

/**
 * The services alone, as a process of their own that can be killed: simulators and clock are another's. Told in
 * `DOVETAIL_SURROUNDINGS` (JSON) where everything is; prints `ready URL`.
 */
const { ports, ...surroundings } = JSON.parse(process.env.DOVETAIL_SURROUNDINGS ?? '{}') as ServiceSurroundings & {
  readonly ports: { readonly port: number; readonly workersPort: number };
};
const services = await startServices(
  { ...surroundings, clock: { now: () => Date.now() }, meter: new BillingMeter() },
  ports,
);
process.stdout.write(`ready ${services.url}\n`);
