import type { BillingMeter } from '@dovetail/core/adapters/metered/billing-meter.ts';
import express, { type Express, type Router } from 'express';
import { z } from 'zod';
import { clockRouter } from '../clock-routes.ts';
import { type Faults, faultSchema } from '../faults.ts';
import type { GoogleControl } from '../google/google-simulator.ts';
import type { StudioClock } from '../studio-clock.ts';

/** What the sandbox's port serves. */
export interface SandboxParts {
  readonly clock: StudioClock;
  readonly faults: Faults;
  readonly meter: BillingMeter;
  readonly google: { readonly router: Router; readonly control: GoogleControl };
  readonly uschedule: { readonly router: Router };
  readonly feeds: { readonly router: Router };
  readonly motopress: { readonly router: Router };
  /** Fires a schedule now and resolves with its answer's status. @throws RangeError for an unknown name. */
  readonly runSchedule: (name: string) => Promise<number>;
}

const pushModeSchema = z.strictObject({
  mode: z.enum(['deliver', 'drop', 'duplicate', 'delay']),
  ms: z.int().nonnegative().optional(),
});

/** The simulators and the studio's own controls: time, faults, pushes, schedules and what it all costs. */
export function createSandboxApp(parts: SandboxParts): Express {
  const { clock, faults, meter, google } = parts;
  const app = express();
  app.disable('x-powered-by');
  app.use('/google', google.router);
  app.use('/uschedule', parts.uschedule.router);
  app.use('/feeds', parts.feeds.router);
  app.use('/motopress', parts.motopress.router);
  app.use(clockRouter(clock));

  app.post('/faults', express.json(), (request, response) => {
    const fault = faultSchema.safeParse(request.body);
    if (!fault.success) return refuse(response, z.prettifyError(fault.error));
    faults.add(fault.data);
    response.status(201).json(fault.data);
  });
  app.get('/faults', (_request, response) => {
    response.json({ met: faults.met });
  });
  app.delete('/faults', (_request, response) => {
    faults.clear();
    response.status(204).end();
  });
  app.post('/pushes', express.json(), (request, response) => {
    const mode = pushModeSchema.safeParse(request.body);
    if (!mode.success) return refuse(response, z.prettifyError(mode.error));
    google.control.setPushMode(mode.data);
    response.json(mode.data);
  });
  app.post('/schedules/:name', async (request, response) => {
    try {
      const status = await parts.runSchedule(request.params.name);
      response.status(status < 300 ? 200 : 502).json({ schedule: request.params.name, status });
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      response
        .status(404)
        .type('application/problem+json')
        .json({ status: 404, title: 'No such schedule', detail: error.message });
    }
  });
  app.get('/billing', (_request, response) => {
    response.json(meter.snapshot());
  });
  app.delete('/billing', (_request, response) => {
    meter.reset();
    response.status(204).end();
  });
  // Google's own client drops the path of a root URL given to its constructor, and so arrives here without it.
  app.use(google.router);
  return app;
}

function refuse(response: express.Response, detail: string): void {
  response.status(400).type('application/problem+json').json({ status: 400, title: 'Not understood', detail });
}
