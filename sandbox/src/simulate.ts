import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { describeFailure } from './simulation/describe-failure.ts';
import { type AnyHistory, drawHistory, FAMILIES, type FamilyName, playHistory } from './simulation/families.ts';
import { without } from './simulation/history.ts';
import { playHistories, type Tally } from './simulation/play-histories.ts';
import { FAULTS, type FaultName } from './simulation/weather.ts';

/**
 * `npm run simulate -- --histories N [--from SEED]` plays so many histories, from a seed on, on all cores, and tells each
 * that fails in its shrunk form; `-- --seed N` plays one, `--without` some of its steps and faults, as that is told. Each has
 * about `--edits` edits; `--short` ones have few. `--family` names the kind of history, which the seed decides else.
 */
const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    histories: { type: 'string', default: '100' },
    from: { type: 'string', default: '1' },
    edits: { type: 'string', default: '50' },
    short: { type: 'boolean', default: false },
    jobs: { type: 'string', default: String(availableParallelism()) },
    family: { type: 'string' },
    without: { type: 'string', default: '' },
    trace: { type: 'boolean', default: false },
  },
});

const edits = values.short ? undefined : whole('edits', values.edits);
if (values.seed === undefined) await playMany(whole('from', values.from), whole('histories', values.histories));
else await playOne(whole('seed', values.seed));

async function playMany(from: number, count: number): Promise<void> {
  const startedAt = performance.now();
  const tally: Tally = { histories: 0, edits: 0, failures: 0 };
  const tell = () => line(tally, performance.now() - startedAt);
  const showProgress = () => process.stderr.write(`\r${tell()} of ${count}`.padEnd(100));
  const clear = () => process.stderr.write(`\r${''.padEnd(100)}\r`);
  process.once('SIGINT', () => {
    console.log(`\n${tell()}, then stopped; go on with --from ${from + tally.histories}`);
    process.exit(130);
  });
  const shown = process.stderr.isTTY ? setInterval(showProgress, 500) : undefined;
  const plan = { from, count, edits, family: family(), jobs: Math.max(1, whole('jobs', values.jobs)) };
  await playHistories(plan, tally, (failure) => {
    if (shown) clear();
    console.log(failure);
  });
  clearInterval(shown);
  if (shown) clear();
  console.log(tell());
  process.exitCode = tally.failures === 0 ? 0 : 1;
}

function line(tally: Tally, ms: number): string {
  const perMinute = Math.round((tally.histories * 60_000) / ms);
  return `${tally.histories} histories, ${tally.edits} edits, ${tally.failures} failures; ${perMinute} histories a minute`;
}

async function playOne(seed: number): Promise<void> {
  const history = chosen(seed);
  const outcome = await playHistory(history);
  if (values.trace) console.log(outcome.trace.join('\n'));
  if (outcome.wrong.length > 0) {
    console.log(describeFailure({ history, outcome, left: { steps: [], faults: [] } }));
  } else console.log(`seed ${seed} ends in agreement after ${outcome.editsMade} edits`);
  process.exitCode = outcome.wrong.length === 0 ? 0 : 1;
}

function chosen(seed: number): AnyHistory {
  const leftOut = values.without.split(',').filter((word) => word !== '');
  const steps = new Set(leftOut.filter((word) => /^\d+$/.test(word)).map(Number));
  const faults = new Set(FAULTS.filter((name: FaultName) => leftOut.includes(name)));
  return without(drawHistory(seed, edits, family()), steps, faults);
}

function family(): FamilyName | undefined {
  const named = FAMILIES.find((name) => name === values.family);
  if (named !== undefined || values.family === undefined) return named;
  console.error(`--family takes ${FAMILIES.join(' or ')}, not "${values.family}".`);
  process.exit(2);
}

function whole(name: string, text: string): number {
  const number = Number(text);
  if (text !== '' && Number.isSafeInteger(number) && number >= 0) return number;
  console.error(`--${name} takes a whole number, not "${text}".`);
  process.exit(2);
}
