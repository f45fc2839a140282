import { walkChecklist } from '@dovetail/sandbox/checklist/checklist.ts';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { ArtifactStudio } from './artifact-studio.ts';
import { type Unpacked, unpackArtifacts } from './unpack.ts';

const host = inject('firestoreEmulator');
/** Processes and the checklist run in real time, and the machine may be busy. */
const PATIENCE = { timeout: 180_000 };

describe.skipIf(host === null)('what is deployed', PATIENCE, () => {
  let artifacts: Unpacked;
  let studio: ArtifactStudio;

  beforeAll(async () => {
    vi.stubEnv('FIRESTORE_EMULATOR_HOST', String(host));
    vi.stubEnv('METADATA_SERVER_DETECTION', 'none');
    artifacts = unpackArtifacts();
    studio = await ArtifactStudio.start(artifacts, String(host));
  }, PATIENCE.timeout);
  afterAll(async () => {
    await studio?.stop();
    artifacts?.remove();
  });

  it('walks the checklist, with nothing at hand but itself', async () => {
    const failures: string[] = [];
    const lines: string[] = [];
    await walkChecklist(studio, ({ what, failure }) => {
      lines.push(what);
      if (failure !== undefined) failures.push(`${what}: ${failure}`);
    }).catch((error: unknown) =>
      failures.push(String(error), ...studio.processes.map(({ printed }) => printed.slice(-2000))),
    );
    expect(failures).toEqual([]);
    expect(lines.length).toBeGreaterThan(0);
  });

  it('reads its secrets from Secret Manager, each process once', () => {
    const counts = Map.groupBy(studio.secrets.accessed, (name) => name);
    const keys = counts.get(`projects/${studio.environment.GOOGLE_CLOUD_PROJECT}/secrets/sealing-keys/versions/latest`);
    // One more for the seed. What was not called has read none.
    expect(keys?.length).toBeLessThanOrEqual(studio.processes.length + 1);
    expect(keys?.length).toBeGreaterThan(2);
  });

  it('refuses a task that comes without the token of its queue', async () => {
    const { workersUrl } = studio;
    const send = (headers: Record<string, string>) =>
      fetch(`${workersUrl}/reconcileEvent`, { method: 'POST', body: '{"data":{}}', headers });
    expect((await send({ 'content-type': 'application/json' })).status).toBe(403);
    expect((await send({ 'content-type': 'application/json', authorization: 'Bearer forged' })).status).toBe(403);
  });

  it('logs no error, tells staff of the feed that was emptied, and writes lines that Cloud Logging reads', () => {
    const lines = studio.processes.flatMap(({ printed }) => printed.split('\n')).filter((line) => line.startsWith('{'));
    const severe = lines
      .map((line) => JSON.parse(line))
      .filter(({ severity }) => !['INFO', 'WARNING'].includes(severity));
    expect(severe).toMatchObject([{ severity: 'ALERT', action: 'feed.suspect', reason: 'emptied' }]);
  });

  it('ends by itself when Cloud Run tells it to', async () => {
    expect(await studio.processes[0]?.end('SIGTERM')).toBe(0);
  });
});
