// Every check a change must pass, in the order in which they fail fastest; ends with one line of counts.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Times must come out the same wherever the process runs: east of Greenwich, west of it, and on it. */
const OTHER_ZONES = ['Pacific/Auckland', 'America/Los_Angeles'];
const TIME_SENSITIVE = ['core/src', 'sandbox/src'];

const scratch = mkdtempSync(join(tmpdir(), 'dovetail-verify-'));
let passed = 0;
let failed = 0;

check('types', 'tsc', ['-b']);
check('lint, format, import directions and cycles', 'biome', ['ci', '--error-on-warnings', '.']);
test('tests', [], { TZ: 'UTC' });
for (const zone of OTHER_ZONES) test(`tests in ${zone}`, TIME_SENSITIVE, { TZ: zone });

rmSync(scratch, { recursive: true });
console.log(`\n${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

function check(name, command, args) {
  const ok = run(name, command, args, {});
  if (ok) passed++;
  else failed++;
}

function test(name, paths, environment) {
  const report = join(scratch, `${passed + failed}.json`);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const ok = run(name, 'vitest', ['run', ...reporters, ...paths], environment);
  try {
    const { numPassedTests, numFailedTests, numFailedTestSuites } = JSON.parse(readFileSync(report, 'utf8'));
    passed += numPassedTests;
    failed += numFailedTests === 0 && !ok ? Math.max(1, numFailedTestSuites) : numFailedTests;
  } catch {
    failed++;
  }
}

function run(name, command, args, environment) {
  console.log(`\n— ${name}`);
  const { status, error } = spawnSync(command, args, { stdio: 'inherit', env: { ...process.env, ...environment } });
  if (error) console.error(error.message);
  return status === 0;
}
