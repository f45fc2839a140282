import { BillingMeter } from '@dovetail/core/adapters/metered/billing-meter.ts';
import { seedStudio } from './studio/seed.ts';
import { openWorkersDoor, startServices } from './studio/services.ts';
import type { ServiceSurroundings } from './studio/wire-services.ts';

/**
 * The services alone, as a process of their own that can be killed: simulators and clock are another's. Told in
 * `DOVETAIL_SURROUNDINGS` (JSON) where everything is, and with `seed` to begin with the studio's tenants; prints
 * `ready URL`.
 */
const { ports, seed, ...surroundings } = JSON.parse(
  process.env.DOVETAIL_SURROUNDINGS ?? '{}',
) as ServiceSurroundings & {
  readonly ports: { readonly port: number; readonly workersPort: number };
  readonly seed?: boolean;
};
const services = await startServices(
  { ...surroundings, clock: { now: () => Date.now() }, meter: new BillingMeter() },
  ports.port,
  await openWorkersDoor(ports.workersPort),
);
if (seed) await seedStudio(surroundings.sandboxUrl, services.deps);
process.stdout.write(`ready ${services.url}\n`);
