import { parseArgs } from 'node:util';
import type { FuzzReport } from './finding.ts';
import { type FuzzOptions, fuzzTarget } from './fuzz-target.ts';
import { TARGET_NAMES, type TargetName } from './targets.ts';

/**
 * `npm run fuzz -- --seconds 60` writes to everything that strangers can write to, a part of the time each; `--seed N`
 * plays the inputs of that seed, `--only NAME,NAME` some targets, `--path PATH` one input, as a finding tells it.
 */
const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string' },
    only: { type: 'string' },
    path: { type: 'string' },
  },
});

const seed = values.seed === undefined ? Math.trunc(Math.random() * 2 ** 31) : whole('seed', values.seed);
const names = values.only === undefined ? TARGET_NAMES : values.only.split(',').map(known);
const milliseconds = (whole('seconds', values.seconds) * 1000) / names.length;
const interrupted = new AbortController();
process.once('SIGINT', () => interrupted.abort());

console.log(`seed ${seed}`);
let findings = 0;
for (const target of names) {
  if (interrupted.signal.aborted) break;
  const options: FuzzOptions = { target, seed, milliseconds, signal: interrupted.signal };
  const report = await fuzzTarget(values.path === undefined ? options : { target, seed, path: values.path });
  findings += report.findings.length;
  tell(report);
}
console.log(`${findings} findings`);
process.exitCode = findings === 0 ? 0 : 1;

function tell({ target, inputs, elapsed, slowest, findings: found }: FuzzReport): void {
  const perSecond = Math.round(inputs / Math.max(0.001, elapsed / 1000));
  const slow =
    slowest === undefined ? '' : `; slowest ${Math.round(slowest.cpu)} ms (${slowest.label}): ${slowest.command}`;
  console.log(`${target}: ${inputs} inputs, ${perSecond} a second, ${found.length} findings${slow}`);
  for (const { key, detail, input, command } of found) {
    console.log(`\n✗ ${target}: ${key}\n${detail}\n  with ${input}\n  again: ${command}\n`);
  }
}

function known(name: string): TargetName {
  const found = TARGET_NAMES.find((each) => each === name);
  if (found) return found;
  console.error(`There is no target "${name}": ${TARGET_NAMES.join(', ')}.`);
  process.exit(2);
}

function whole(name: string, text: string): number {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number >= 0 && number < 2 ** 31) return number;
  console.error(`--${name} takes a whole number below 2^31, not "${text}".`);
  process.exit(2);
}
