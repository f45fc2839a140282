import { addDays } from '@dovetail/core/domain/interval.ts';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { BodyEntry } from './calendar-body.ts';
import { FeedHistory, HOUR_MS, type Line } from './feed-history.ts';

interface Step {
  readonly hours: number;
  readonly entries: readonly BodyEntry[];
}

const SUMMARIES = ['Reserved', 'Reserved - A', 'Not available'] as const;

const entry: fc.Arbitrary<BodyEntry> = fc
  .record({
    uid: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
    from: fc.integer({ min: -3, max: 25 }),
    nights: fc.integer({ min: 1, max: 4 }),
    summary: fc.constantFrom(...SUMMARIES),
    code: fc.constantFrom(undefined, undefined, 'HMSTAY0001', 'HMSTAY0002'),
  })
  .map(({ uid, from, nights, summary, code }) => {
    const start = addDays('2027-06-03', from);
    const isStay = summary !== 'Not available';
    return { uid, summary, start, end: addDays(start, nights), ...(isStay && code !== undefined && { code }) };
  });

/** Each body has most of the one before. */
const histories: fc.Arbitrary<Step[]> = fc
  .array(
    fc.record({
      hours: fc.constantFrom(1, 3, 6, 7, 13, 25),
      fresh: fc.array(entry, { maxLength: 3 }),
      keep: fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }),
    }),
    { minLength: 2, maxLength: 6 },
  )
  .map((steps) => {
    let entries: readonly BodyEntry[] = [];
    return steps.map(({ hours, fresh, keep }) => {
      entries = [...entries.filter((_, index) => keep[index] ?? false), ...fresh];
      return { hours, entries };
    });
  });

const RUNS = { numRuns: 40 };

/** What the ledger holds after each step of a history; `around` may read the feed in other ways as well. */
async function replay(
  steps: readonly Step[],
  around: (history: FeedHistory, step: Step) => Promise<void> = async () => undefined,
): Promise<Line[][]> {
  const history = await FeedHistory.open({ feed: { platform: 'airbnb' }, etags: true });
  try {
    const ledgers: Line[][] = [];
    for (const step of steps) {
      history.now += step.hours * HOUR_MS;
      history.shows(step.entries, 'airbnb');
      await history.read();
      await around(history, step);
      ledgers.push(await history.ledger());
    }
    return ledgers;
  } finally {
    await history.close();
  }
}

it('a read that is delivered twice, whole or as unchanged, leaves the same ledger', async () => {
  await fc.assert(
    fc.asyncProperty(histories, async (steps) => {
      const twice = await replay(steps, async (history, { entries }) => {
        await history.read();
        await history.shows([...entries].reverse(), 'airbnb').read();
      });
      expect(twice).toEqual(await replay(steps));
    }),
    RUNS,
  );
});

it('polls that see the same body again change nothing before a release is due', async () => {
  await fc.assert(
    fc.asyncProperty(histories, fc.constantFrom(0.25, 0.5, 0.9), async (steps, hours) => {
      const polled = await replay(steps, async (history, { entries }) => {
        const before = history.now;
        const due = Date.parse((await history.feed()).nextReleaseAt ?? '9999-12-31T00:00:00Z');
        const isNextDay = new Date(before + hours * HOUR_MS - 5 * HOUR_MS).getUTCDate();
        if (before + hours * HOUR_MS >= due || isNextDay !== new Date(before - 5 * HOUR_MS).getUTCDate()) return;
        history.now += hours * HOUR_MS;
        const { writes } = await history.billed(() => history.read());
        await history.shows([...entries].reverse(), 'airbnb').read();
        history.now = before;
        expect(writes).toBe(1);
      });
      expect(polled).toEqual(await replay(steps));
    }),
    RUNS,
  );
});

it('all time to come that a read showed is held after it', async () => {
  await fc.assert(
    fc.asyncProperty(histories, async (steps) => {
      const ledgers = await replay(steps);
      let elapsed = 0;
      steps.forEach(({ hours, entries }, index) => {
        elapsed += hours;
        const today = addDays('2027-06-01', Math.floor(elapsed / 24));
        const active = (ledgers[index] ?? []).filter(({ status }) => status === 'active');
        for (const { start, end } of entries) {
          const from = start < today ? today : start;
          expect(active.some((line) => line.start <= from && line.end === end)).toBe(true);
        }
      });
    }),
    RUNS,
  );
});
