import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { openSqliteDocumentStore } from '@dovetail/core/adapters/sqlite/sqlite-document-store.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeDocumentStore } from './document-store.contract.ts';

describeDocumentStore('the SQLite document store in memory', async () => openSqliteDocumentStore());

describe('in a file', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'dovetail-store-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  const open = (name: string) => openSqliteDocumentStore({ file: join(folder, 'made', name) });

  describeDocumentStore('the SQLite document store', async () => open('contract.db'));

  it('finds everything again after it was closed', async () => {
    const path = 'tenants/loft/events/one';
    const first = open('closed.db');
    await first.commit([{ type: 'set', path, data: { n: 1 } }]);
    const before = await first.get(path);
    await first.close();
    const second = open('closed.db');
    expect(await second.get(path)).toEqual(before);
    await second.commit([{ type: 'set', path, data: { n: 2 } }]);
    expect((await second.get(path))?.updateTime).not.toBe(before?.updateTime);
    await second.close();
  });

  it('has every commit that was answered when the process was killed', async () => {
    const file = join(folder, 'killed.db');
    const child = spawn(process.execPath, ['--input-type=module', '-e', COMMIT_FOR_EVER, file], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let answered = -1;
    for await (const line of createInterface(child.stdout)) {
      answered = Number(line);
      if (answered === 100) child.kill('SIGKILL');
    }
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    const store = openSqliteDocumentStore({ file });
    const documents = await store.query({ from: 'tenants', orderBy: { field: 'n' } });
    await store.close();
    expect(child.signalCode).toBe('SIGKILL');
    expect(documents.map(({ data }) => data.n).slice(0, answered + 1)).toEqual(
      Array.from({ length: answered + 1 }, (_, n) => n),
    );
  });

  it('loses no increment of two stores on the same file', async () => {
    const stores = [open('shared.db'), open('shared.db')];
    const path = 'tenants/loft/counters/one';
    const increments = Array.from({ length: 20 }, (_, index) =>
      stores[index % 2]!.transact(async (transaction) => {
        const n = Number((await transaction.get(path))?.data.n ?? 0);
        transaction.write({ type: 'set', path, data: { n: n + 1 } });
      }),
    );
    await Promise.all(increments);
    expect((await stores[0]!.get(path))?.data.n).toBe(20);
    await Promise.all(stores.map((store) => store.close()));
  });
});

describe('documents with a time to live', () => {
  it('are removed once it has ended, in the collections that have one', async () => {
    const store = openSqliteDocumentStore();
    const expireAt = new Date('2027-05-01T00:00:00Z');
    const data = { expireAt };
    const kept = ['runs/r/steps/kept', 'deliveries/later', 'tenants/loft/runs/never', 'tenants/loft/runs/text'];
    await store.commit([
      { type: 'set', path: 'deliveries/one', data },
      { type: 'set', path: 'tenants/loft/runs/one', data },
      { type: 'set', path: 'runs/r/steps/kept', data },
      { type: 'set', path: 'deliveries/later', data: { expireAt: new Date(expireAt.getTime() + 1) } },
      { type: 'set', path: 'tenants/loft/runs/never', data: {} },
      { type: 'set', path: 'tenants/loft/runs/text', data: { expireAt: '2000' } },
    ]);
    expect(await store.removeExpired(expireAt.getTime())).toBe(0);
    expect(await store.removeExpired(expireAt.getTime() + 1)).toBe(2);
    const left = await store.getAll([...kept, 'deliveries/one', 'tenants/loft/runs/one']);
    expect(left.map((document) => document?.path)).toEqual([...kept, undefined, undefined]);
    await store.close();
  });
});

const COMMIT_FOR_EVER = `
  import { openSqliteDocumentStore } from '@dovetail/core/adapters/sqlite/sqlite-document-store.ts';
  const store = openSqliteDocumentStore({ file: process.argv[1] });
  for (let n = 0; ; n++) {
    await store.commit([{ type: 'create', path: 'tenants/t' + n, data: { n } }]);
    process.stdout.write(n + '\\n');
    if (n % 10 === 0) await new Promise(setImmediate);
  }
`;
