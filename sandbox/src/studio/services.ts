import { createApp } from '@dovetail/run-service/app.ts';
import type { AppDeps } from '@dovetail/run-service/app-deps.ts';
import { createHttpServer } from '@dovetail/run-service/http-server.ts';
import express from 'express';
import { listen } from './listen.ts';
import { type ServiceSurroundings, wireServices } from './wire-services.ts';
import { createWorkerHost } from './worker-host.ts';

/** The running services: run-service on one port, the workers and schedules on another. */
export interface RunningServices {
  readonly url: string;
  readonly workersUrl: string;
  readonly deps: AppDeps;
  stop(): Promise<void>;
}

/** Starts run-service and the functions against the simulators. Port 0 takes a free one. */
export async function startServices(
  surroundings: ServiceSurroundings,
  ports: { readonly port: number; readonly workersPort: number },
): Promise<RunningServices> {
  // Both must know both addresses before they can be wired, so they listen first.
  const front = express().disable('x-powered-by');
  const back = express().disable('x-powered-by');
  const service = await listen(front, ports.port, createHttpServer);
  const workers = await listen(back, ports.workersPort);
  const publicUrl = process.env.DOVETAIL_PUBLIC_URL ?? service.url;
  const wired = wireServices(surroundings, { publicUrl, workersUrl: workers.url });
  front.use(createApp(wired.deps));
  back.use(createWorkerHost(async () => wired.deps, wired.gate));
  return {
    url: service.url,
    workersUrl: workers.url,
    deps: wired.deps,
    async stop() {
      await service.close();
      await workers.close();
      await wired.close();
    },
  };
}
