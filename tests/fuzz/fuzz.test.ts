import { expect, it } from 'vitest';
import { fuzzTarget } from './fuzz-target.ts';
import type { TargetName } from './targets.ts';

/**
 * The same inputs each time, about a minute of work: what fails here was broken by the change at hand. `npm run fuzz`
 * plays others. Without the collected calendars, `corpus` has nothing to play.
 */
const SEED = 20270501;
const PLAYS: readonly (readonly [TargetName, number])[] = [
  ['ics', 1_500],
  ['feeds', 100],
  ['webhooks', 150],
  ['pushes', 1_000],
  ['api', 350],
  ['addresses', 800],
];

it.each(PLAYS)(
  '%s: whatever is written to it, it answers in time, tells no secret and loses nothing',
  async (target, plays) => {
    const { findings, inputs } = await fuzzTarget({ target, seed: SEED, plays });
    expect(
      findings.map(({ key, detail, input, command }) => [key, detail, input, command].join('\n')).join('\n\n'),
    ).toBe('');
    expect(inputs).toBeGreaterThanOrEqual(plays);
  },
  300_000,
);
