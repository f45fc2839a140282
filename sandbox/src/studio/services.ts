import { createApp } from '@dovetail/run-service/app.ts';
import type { AppDeps } from '@dovetail/run-service/app-deps.ts';
import { createHttpServer } from '@dovetail/run-service/http-server.ts';
import express, { type Express } from 'express';
import { type Listening, listen } from './listen.ts';
import { type ServiceSurroundings, wireServices } from './wire-services.ts';
import { createWorkerHost } from './worker-host.ts';

/** The running services: run-service on one port, the workers and schedules on another. */
export interface RunningServices {
  readonly url: string;
  readonly workersUrl: string;
  readonly deps: AppDeps;
  stop(): Promise<void>;
}

/** Where the workers are going to answer. */
export interface WorkersDoor {
  readonly app: Express;
  readonly listening: Listening;
}

/** Takes the workers' address, so that others can be told it before there are any. Port 0 takes a free one. */
export async function openWorkersDoor(port: number): Promise<WorkersDoor> {
  const app = express().disable('x-powered-by');
  return { app, listening: await listen(app, port) };
}

/** Starts run-service on `port`, and the functions behind their door, against the simulators. Port 0 takes a free one. */
export async function startServices(
  surroundings: ServiceSurroundings,
  port: number,
  { app: back, listening: workers }: WorkersDoor,
): Promise<RunningServices> {
  // Both must know both addresses before they can be wired, so they listen first.
  const front = express().disable('x-powered-by');
  const service = await listen(front, port, createHttpServer);
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
