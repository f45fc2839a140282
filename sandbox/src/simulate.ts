import { parseArgs } from 'node:util';
import { describeFailure } from './simulation/describe-failure.ts';
import { type AnyHistory, drawHistory, FAMILIES, type FamilyName, playHistory } from './simulation/families.ts';
import { without } from './simulation/history.ts';
import type { Outcome } from './simulation/run-history.ts';
import { shrink } from './simulation/shrink.ts';
import { FAULTS, type FaultName } from './simulation/weather.ts';

const SHRINKING_MS = 30_000;

/**
 * `npm run simulate -- --seed N` plays one history; `-- --histories N [--from SEED]` so many, from a seed on. A history
 * `--family` names the kind of history, which the seed decides else. One
 * that fails is shrunk and told; `--without` plays one without some of its steps and faults, as that is told.
 */
const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    histories: { type: 'string', default: '1' },
    from: { type: 'string', default: '1' },
    family: { type: 'string' },
    without: { type: 'string', default: '' },
    trace: { type: 'boolean', default: false },
  },
});

const first = whole('seed', values.seed ?? values.from);
const count = values.seed === undefined ? whole('histories', values.histories) : 1;
const leftOut = values.without.split(',').filter((word) => word !== '');
let failures = 0;
let edits = 0;
const startedAt = performance.now();
for (let seed = first; seed < first + count; seed++) {
  const history = chosen(seed);
  const outcome = await playHistory(history);
  edits += outcome.editsMade;
  if (values.trace) console.log(outcome.trace.join('\n'));
  if (outcome.wrong.length > 0) await report(history, outcome);
}
const minutes = (performance.now() - startedAt) / 60_000;
console.log(
  `${count} histories, ${edits} edits, ${failures} failures; ${Math.round(count / minutes)} histories a minute`,
);
process.exitCode = failures === 0 ? 0 : 1;

function chosen(seed: number): AnyHistory {
  const steps = new Set(leftOut.filter((word) => /^\d+$/.test(word)).map(Number));
  return without(
    drawHistory(seed, family()),
    steps,
    new Set(FAULTS.filter((name: FaultName) => leftOut.includes(name))),
  );
}

async function report(history: AnyHistory, outcome: Outcome): Promise<void> {
  failures++;
  const shrunk = leftOut.length > 0 ? undefined : await shrink(history, outcome, SHRINKING_MS);
  console.log(describeFailure(shrunk ?? { history, outcome, left: { steps: [], faults: [] } }));
}

function family(): FamilyName | undefined {
  const named = FAMILIES.find((name) => name === values.family);
  if (named !== undefined || values.family === undefined) return named;
  console.error(`--family takes ${FAMILIES.join(' or ')}, not "${values.family}".`);
  process.exit(2);
}

function whole(name: string, text: string): number {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number >= 0) return number;
  console.error(`--${name} takes a whole number, not "${text}".`);
  process.exit(2);
}
