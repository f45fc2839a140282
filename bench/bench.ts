import { writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { artifacts } from './artifacts.ts';
import { availability } from './availability.ts';
import { bind } from './bind.ts';
import { claims } from './claims.ts';
import { classic } from './classic.ts';
import { conflicts } from './conflicts.ts';
import { feeds } from './feeds.ts';
import { meetsTarget, type Result } from './figure.ts';
import { figureTable, verdictOf } from './figure-table.ts';
import { ingress } from './ingress.ts';
import { latency } from './latency.ts';
import { operations } from './operations.ts';
import { publications } from './publications.ts';
import { readFeeds } from './read-feeds.ts';
import { scale } from './scale.ts';
import { store } from './store.ts';
import { tenant } from './tenant.ts';

/**
 * `npm run bench`: measures, and compares with the targets. `-- --json FILE` also writes the figures, `--only NAME` runs
 * one benchmark, `--quick` loads for five seconds only, `--profile FOLDER` keeps a CPU profile of the services.
 */
const BENCHMARKS = [
  operations,
  store,
  conflicts,
  availability,
  claims,
  readFeeds,
  classic,
  scale,
  feeds,
  tenant,
  publications,
  bind,
  latency,
  ingress,
  artifacts,
];
/** With these the services would leave the machine for a real project, or a real calendar. */
const REAL_WORLD = [
  'FIRESTORE_EMULATOR_HOST',
  'GOOGLE_CLOUD_PROJECT',
  'GOOGLE_APPLICATION_CREDENTIALS',
  'DOVETAIL_PUBLIC_URL',
];

const { values } = parseArgs({
  options: {
    json: { type: 'string' },
    only: { type: 'string' },
    quick: { type: 'boolean', default: false },
    profile: { type: 'string' },
  },
});
const chosen = BENCHMARKS.filter(({ name }) => values.only === undefined || name === values.only);
if (chosen.length === 0) {
  console.error(`There is no benchmark "${values.only}": ${BENCHMARKS.map(({ name }) => name).join(', ')}.`);
  process.exit(1);
}
for (const variable of REAL_WORLD) delete process.env[variable];
// Leaving by `exit` ends the services' process too.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

const startedAt = new Date();
const [load = 0] = loadavg();
if (load > 1) console.error(`This machine is busy already (load ${load.toFixed(1)}): what takes time will take more.`);
const results: Result[] = [];
for (const { name, run } of chosen) {
  const progress = (line: string) => console.error(`${name}: ${line}`);
  const figures = await run({ quick: values.quick, profileFolder: values.profile, progress });
  results.push(...figures.map((figure) => ({ benchmark: name, figure })));
}
console.log(`${figureTable(results)}\n\n${verdictOf(results)}`);
// A target that is missed for a reason nobody has written down is a finding.
const isUnexplained = ({ figure }: Result) => meetsTarget(figure) === false && figure.missedBecause === undefined;
process.exitCode = results.some(isUnexplained) ? 1 : 0;
if (values.json !== undefined) {
  const figures = results.map(({ benchmark, figure }) => ({ benchmark, ...figure, met: meetsTarget(figure) }));
  writeFileSync(values.json, `${JSON.stringify({ ...circumstances(), figures }, null, 2)}\n`);
}

/** What a reader must know to judge the figures. */
function circumstances() {
  return {
    startedAt: startedAt.toISOString(),
    node: process.version,
    processor: cpus()[0]?.model,
    cores: cpus().length,
    loadAverage: load,
    quick: values.quick,
  };
}
