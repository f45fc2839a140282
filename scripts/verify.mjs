// Every check a change must pass, in the order in which they fail fastest; ends with one line of counts.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';

/** Times must come out the same wherever the process runs: east of Greenwich, west of it, and on it. */
const OTHER_ZONES = ['Pacific/Auckland', 'America/Los_Angeles'];
const TIME_SENSITIVE = ['core/src', 'sandbox/src'];

const scratch = mkdtempSync(join(tmpdir(), 'dovetail-verify-'));
let passed = 0;
let failed = 0;
/** What failed, to be told last: what scrolled by in ten minutes is not what is read. */
const failures = [];

check('types', 'tsc', ['-b']);
check('lint, format, import directions and cycles', 'biome', ['ci', '--error-on-warnings', '.']);
test('tests', [], { TZ: 'UTC' });
// All of these have just passed in workers of their own, which is most of what they take; here they share some.
for (const zone of OTHER_ZONES) test(`tests in ${zone}`, ['--no-isolate', ...TIME_SENSITIVE], { TZ: zone });

rmSync(scratch, { recursive: true });
for (const failure of failures) console.error(`\n✗ ${failure}`);
console.log(`\n${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

function check(name, command, args) {
  const ok = run(name, command, args, {});
  if (ok) passed++;
  else fail(name);
}

function test(name, args, environment) {
  const report = join(scratch, `${passed + failed}.json`);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const ok = run(name, 'vitest', ['run', ...reporters, ...args], environment);
  const { numPassedTests, testResults } = readReport(report);
  passed += numPassedTests;
  const told = failed;
  for (const { name: path, message, status, assertionResults } of testResults) {
    const file = relative('.', path);
    const wrong = assertionResults.filter((test) => test.status === 'failed');
    for (const { fullName, failureMessages } of wrong) fail(`${file}: ${fullName}\n${failureMessages.join('\n')}`);
    if (status === 'failed' && wrong.length === 0) fail(`${file}\n${message}`);
  }
  if (!ok && failed === told) fail(`${name}: see above`);
}

/** What vitest wrote of a run, or nothing when it did not come so far. */
function readReport(path) {
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : { numPassedTests: 0, testResults: [] };
}

function fail(what) {
  failed++;
  failures.push(what);
}

function run(name, command, args, environment) {
  console.log(`\n— ${name}`);
  const { status, error } = spawnSync(command, args, { stdio: 'inherit', env: { ...process.env, ...environment } });
  if (error) console.error(error.message);
  return status === 0;
}
