import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { describeFailure } from './simulation/describe-failure.ts';
import {
  type AnyHistory,
  drawHistory,
  FAMILIES,
  type FamilyName,
  type HistoryChoice,
  playHistory,
} from './simulation/families.ts';
import { without } from './simulation/history.ts';
import { playHistories, type Tally } from './simulation/play-histories.ts';
import { type Trial, tryMutants } from './simulation/try-mutants.ts';
import { FAULTS, type FaultName } from './simulation/weather.ts';

/**
 * `npm run simulate -- --histories N [--from SEED]` plays so many histories, from a seed on, on all cores, and tells each
 * that fails in its shrunk form; `-- --seed N` plays one, `--without` some of its steps and faults, as that is told. Each has
 * about `--edits` edits, usually fifty on bays and some ten in houses; `--short` ones have few. `--family` names the kind of
 * history, which the seed decides else. With `--wire` each of bays goes over HTTP, not only one in twenty.
 *
 * `-- --mutants [--histories N] [--only NAME]` puts deliberate faults into copies of the sources, one at a time, and plays so
 * many histories against each, or until one fails.
 */
const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    histories: { type: 'string' },
    from: { type: 'string', default: '1' },
    edits: { type: 'string' },
    wire: { type: 'boolean', default: false },
    short: { type: 'boolean', default: false },
    jobs: { type: 'string', default: String(availableParallelism()) },
    family: { type: 'string' },
    without: { type: 'string', default: '' },
    trace: { type: 'boolean', default: false },
    mutants: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
  },
});

const edits = values.short ? 'few' : values.edits === undefined ? 'usual' : whole('edits', values.edits);
const from = whole('from', values.from);
const jobs = Math.max(1, whole('jobs', values.jobs));
if (values.mutants) await playMutants(whole('histories', values.histories ?? '200'));
else if (values.seed === undefined) await playMany(whole('histories', values.histories ?? '100'));
else await playOne(whole('seed', values.seed));

async function playMany(count: number): Promise<void> {
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
  const plan = { from, count, jobs, choice: choice() };
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

/** Each mutant must be noticed by one of the histories of its family. */
async function playMutants(most: number): Promise<void> {
  const survivors: Trial[] = [];
  let tried = 0;
  let isSound = true;
  for (const name of FAMILIES.filter((one) => one === (family() ?? one))) {
    const { count, unsound } = await tryMutants({ family: name, from, most, jobs, only: values.only }, (trial) => {
      tellTrial(trial);
      if (trial.noticed === null) survivors.push(trial);
    });
    tried += count;
    if (unsound.length > 0) console.log(`left out of ${name}, as they fail without a mutant: ${unsound.join(', ')}`);
    isSound &&= unsound.length === 0;
  }
  for (const { mutant } of survivors) console.log(`\n${mutant.name}, in ${mutant.file}: ${mutant.harm}`);
  console.log(`\n${tried - survivors.length} of ${tried} mutants caught`);
  process.exitCode = survivors.length === 0 && isSound ? 0 : 1;
}

function tellTrial({ mutant, noticed, histories }: Trial): void {
  console.log(
    noticed === null
      ? `✗ survived ${histories} histories: ${mutant.name}`
      : `✓ history ${histories}: ${mutant.name} (${noticed.split('\n')[0]?.slice(0, 120)})`,
  );
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
  return without(drawHistory(seed, choice()), steps, faults);
}

function choice(): HistoryChoice {
  return { edits, family: family(), isOverWire: values.wire };
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
