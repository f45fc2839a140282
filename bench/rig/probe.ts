import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

/** What the ingress is asked, and how fast. */
export interface Probe {
  /** Of run-service. */
  readonly url: string;
  /** Signs the webhooks: `whsec_…` */
  readonly secret: string;
  /** The bookings that the webhooks name, in turn. */
  readonly bookingIds: readonly string[];
  /** Webhooks a second; as many requests for `/health` go between them. */
  readonly perSecond: number;
  readonly seconds: number;
}

export interface ProbeAnswer {
  /** From when the request was due until its answer was complete. */
  readonly milliseconds: number;
  /** 0 when there was no answer. */
  readonly status: number;
}

export interface ProbeResult {
  readonly webhooks: readonly ProbeAnswer[];
  readonly healths: readonly ProbeAnswer[];
}

/** Sends signed webhooks and health checks at fixed times, from a thread of their own. */
export async function probe(wanted: Probe): Promise<ProbeResult> {
  const worker = new Worker(new URL('./probe-worker.ts', import.meta.url), { workerData: wanted });
  const [result] = (await once(worker, 'message')) as [ProbeResult];
  await worker.terminate();
  return result;
}
