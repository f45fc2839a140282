import { expect, it } from 'vitest';
import { CommitTooLarge, TemporarilyUnavailable } from '../domain/errors.ts';
import { commitInParts } from './commit-in-parts.ts';

const items = (count: number) => Array.from({ length: count }, (_, index) => index);

/** Commits parts of at most `most`, and answers the sizes of those that went through, the last one marked. */
async function sizes(count: number, most: number): Promise<string[]> {
  const found: string[] = [];
  const seen: number[] = [];
  await commitInParts(items(count), async (part, isLast) => {
    if (part.length > most) throw new CommitTooLarge('too large');
    found.push(`${part.length}${isLast ? ' last' : ''}`);
    seen.push(...part);
  });
  expect(seen).toEqual(items(count));
  return found;
}

it('takes 200 at a time, in order, and says which part is the last', async () => {
  expect(await sizes(450, 200)).toEqual(['200', '200', '50 last']);
  expect(await sizes(200, 200)).toEqual(['200 last']);
  expect(await sizes(0, 200)).toEqual([]);
});

it('takes more again once it is past what was too large', async () => {
  const found: number[] = [];
  await commitInParts(items(2_000), async (part) => {
    if ((part[0] as number) < 10 && part.length > 2) throw new CommitTooLarge('too large');
    found.push(part.length);
  });
  expect(found.slice(0, 10)).toEqual([1, 1, 1, 1, 2, 2, 2, 2, 4, 4]);
  expect(found).toContain(200);
});

it('halves a part that is too large, and those after it stay that small for a while', async () => {
  expect(await sizes(450, 60)).toEqual([...Array(9).fill('50').slice(0, 8), '50 last']);
  expect(await sizes(5, 1)).toEqual(['1', '1', '1', '1', '1 last']);
});

it('gives up on one item that is too large by itself, and on any other failure at once', async () => {
  await expect(sizes(3, 0)).rejects.toThrow(CommitTooLarge);
  let calls = 0;
  const failing = commitInParts(items(3), async () => {
    calls++;
    throw new TemporarilyUnavailable('no');
  });
  await expect(failing).rejects.toThrow(TemporarilyUnavailable);
  expect(calls).toBe(1);
});
