import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Log } from '@dovetail/core/ports/log.ts';
import { listen } from '@dovetail/sandbox/studio/listen.ts';
import { startStudio } from '@dovetail/sandbox/studio/studio.ts';
import { expect, it, onTestFinished } from 'vitest';

const SILENT: Log = { info: () => {}, warn: () => {}, error: () => {}, alert: () => {} };
const HOUR_MS = 3_600_000;

it('a studio that is started again does what waited, though another program has the port its workers had', async () => {
  const dataFolder = mkdtempSync(join(tmpdir(), 'dovetail-data-'));
  onTestFinished(() => rmSync(dataFolder, { recursive: true }));
  const options = { port: 0, sandboxPort: 0, startAt: Date.parse('2027-06-01T12:00:00Z'), dataFolder, log: SILENT };
  const first = await startStudio(options);
  const payload = { tenantId: 'loft', bindingId: 'bay-1-google' };
  await first.deps.tasks.enqueue({ queue: 'audit-calendar', payload, runAt: first.clock.now() + HOUR_MS });
  const [waiting] = first.tasks.pending('audit-calendar');
  const formerPort = Number(new URL(waiting?.url ?? '').port);
  await first.stop();

  let strays = 0;
  const other = await listen((_request, response) => {
    strays++;
    response.end();
  }, formerPort);
  onTestFinished(() => other.close());
  const second = await startStudio({ ...options, startAt: undefined });
  onTestFinished(() => second.stop());
  await second.clock.advance(2 * HOUR_MS);
  expect(second.tasks.counts()['audit-calendar']).toMatchObject({ succeeded: 1, failed: 0 });
  expect(strays).toBe(0);
});
