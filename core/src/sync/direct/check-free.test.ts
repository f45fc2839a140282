import { describe, expect, it } from 'vitest';
import { TimeTaken } from '../../domain/errors.ts';
import type { Resource } from '../../domain/resource.ts';
import type { PageLine } from '../../store/pages.ts';
import { checkFree } from './commit-direct.ts';

const ROOM = { id: 'room', kind: 'nightly', timeZone: 'America/Bogota', openingHours: [] } as unknown as Resource;
const line = (id: string, part: Partial<PageLine> = {}): PageLine => ({
  ...{ id, start: '2027-06-10', end: '2027-06-14', kind: 'reservation', status: 'active', priority: 1 },
  source: 'direct:api',
  ...part,
});

describe('a booking that moves', () => {
  const move = (...lines: readonly PageLine[]) =>
    checkFree(
      { resource: ROOM, interval: { start: '2027-06-12', end: '2027-06-16' }, ownId: 'own', buffers: true },
      { lines: () => [...lines] },
    );

  it('is not in its own way, nor is the platform that shows it again', () => {
    const echo = line('echo', { kind: 'block', source: 'feed:bnb', echoOf: 'own' });
    expect(() => move(line('own'), echo)).not.toThrow();
  });

  it('meets others, and what repeats them', () => {
    expect(() => move(line('own'), line('other'))).toThrow(TimeTaken);
    expect(() => move(line('own'), line('echo', { kind: 'block', echoOf: 'other' }))).toThrow(TimeTaken);
  });
});
