import { Agent, request } from 'node:http';
import { parentPort, workerData } from 'node:worker_threads';
import { signedWebhook } from '../signed-webhook.ts';
import { openLoop } from './open-loop.ts';
import type { Probe, ProbeAnswer, ProbeResult } from './probe.ts';

/** The thread of `probe`. It shares no event loop with simulators or load, so a wait of theirs is not taken for one of the service. */
const { url, secret, bookingIds, perSecond, seconds } = workerData as Probe;
const agent = new Agent({ keepAlive: true });
const webhooks: ProbeAnswer[] = [];
const healths: ProbeAnswer[] = [];

await openLoop({ perSecond: perSecond * 2, seconds }, async (index, dueAt) => {
  const isWebhook = index % 2 === 0;
  const status = await (isWebhook ? sendWebhook(index) : send('GET', '/health'));
  (isWebhook ? webhooks : healths).push({ milliseconds: performance.now() - dueAt, status });
});
agent.destroy();
parentPort?.postMessage({ webhooks, healths } satisfies ProbeResult);

function sendWebhook(index: number): Promise<number> {
  const bookingId = bookingIds[(index / 2) % bookingIds.length] ?? '';
  const { headers, body } = signedWebhook({ webhookId: `msg_probe_${index}`, bookingId, secret });
  return send('POST', '/webhook/uschedule/loft', headers, body);
}

/** The answer's status once the answer is complete; 0 when there was none. */
function send(method: string, path: string, headers: Record<string, string> = {}, body = ''): Promise<number> {
  return new Promise((resolve) => {
    const sent = request(new URL(path, url), { method, headers, agent }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode ?? 0));
      response.on('error', () => resolve(0));
    });
    sent.on('error', () => resolve(0));
    sent.end(body);
  });
}
