import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { playBatch } from './play-batch.ts';
import { Progress } from './progress.ts';
import type { OpenTarget, Probe } from './target.ts';

const BATCH = { number: 0, seed: 1, plays: 200 } as const;

function targetOf(play: (text: string, probe: Probe) => unknown): OpenTarget<unknown> {
  return {
    inputs: fc.string({ unit: fc.constantFrom('a', 'b', 'x'), maxLength: 3 }),
    play: async (input, probe) => void (await play(input as string, probe)),
    show: (input) => JSON.stringify(input),
    close: async () => undefined,
  };
}

function work(ms: number): void {
  const before = process.threadCpuUsage();
  while (process.threadCpuUsage(before).user < ms * 1_000);
}

describe('a batch of inputs', () => {
  it.each([
    ['is thrown', (text: string) => text.includes('x') && Promise.reject(new TypeError('x')), /TypeError/],
    [
      'nobody waits for',
      (text: string) => void (text.includes('x') && Promise.reject(new RangeError('x'))),
      /RangeError/,
    ],
    ['takes too long', (text: string, probe: Probe) => probe.time('it', () => text === 'x' && work(1_100)), /slow: it/],
    [
      'waits too long',
      (text: string, probe: Probe) => probe.time('it', () => (text === 'x' ? sleep(1_100) : undefined)),
      /slow: it/,
    ],
  ])('finds what %s, and the smallest input that shows it', async (_case, play, key) => {
    const { failure } = await playBatch(targetOf(play), BATCH, new Set(), new Progress());
    expect(failure?.finding.key).toMatch(key);
    expect(failure?.input).toBe('"x"');
  });

  it('plays an input again by its path', async () => {
    const target = targetOf((text) => text.includes('x') && Promise.reject(new TypeError('x')));
    const { failure } = await playBatch(target, BATCH, new Set(), new Progress());
    const again = await playBatch(target, { ...BATCH, path: failure?.path ?? '' }, new Set(), new Progress());
    expect(again.failure?.input).toBe('"x"');
  });

  it('goes on after what is known, and counts what it played', async () => {
    const progress = new Progress();
    const target = targetOf(async (text, probe) => {
      await probe.time('it', () => undefined);
      if (text.includes('x')) throw new TypeError('x');
    });
    const { failure } = await playBatch(target, BATCH, new Set(), progress);
    const known = new Set([failure?.finding.key ?? '']);
    const counted = new Progress();
    expect((await playBatch(target, BATCH, known, counted)).failure).toBeUndefined();
    expect(counted.inputs).toBe(BATCH.plays);
    expect(progress.inputs).toBeLessThan(BATCH.plays);
  });

  it('takes a machine that is slow for a moment for no slow input', async () => {
    let first = true;
    const target = targetOf((_, probe) =>
      probe.time('it', async () => {
        if (first) await sleep(1_500);
        first = false;
      }),
    );
    expect((await playBatch(target, BATCH, new Set(), new Progress())).failure).toBeUndefined();
  });
});
