import { existsSync, globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../e2e/service-process.ts';

/** The text of all files that a pattern finds, tests left out. */
async function textOf(pattern: string): Promise<string> {
  const files = globSync(pattern, { cwd: ROOT }).filter((file) => !file.endsWith('.test.ts'));
  const texts = await Promise.all(files.sort().map((file) => readFile(`${ROOT}/${file}`, 'utf8')));
  return texts.join('\n');
}

const found = (text: string, pattern: RegExp) =>
  [...new Set([...text.matchAll(pattern)].map(([, name]) => name!))].sort();

const code = await textOf('{core,functions,run-service}/src/**/*.ts');
const terraform = await textOf('terraform/*.tf');
const staffAlerts = found(terraform.split('staff_alerts = {')[1]!.split('\n  }\n')[0]!, /^ {4}"([a-z.-]+)" = \{$/gm);

describe('what Terraform looks for in the log', () => {
  it('is written by the code', () => {
    const values = found(terraform, /jsonPayload\.(?:action|message)=(\("[^)]*\)|\\"[a-z.-]+\\"|\([^)]*\))/g);
    const actions = found(values.join(' '), /"([a-z]+(?:-[a-z]+)*\.[a-z-]+)\\?"/g);
    expect(actions).toContain('task.left-to-schedule');
    expect(actions).toContain('service.not-started');
    const missing = [...actions, ...staffAlerts].filter((action) => !code.includes(`'${action}'`));
    expect(missing).toEqual([]);
  });

  it('tells staff of every line that is written for them', () => {
    const alerts = found(code, /\blog\.alert\(\s*'([a-z.-]+)'/g);
    expect(alerts.length).toBeGreaterThan(10);
    expect(alerts.filter((action) => !staffAlerts.includes(action))).toEqual([]);
    expect(found(code, /\blog\.alert\(\s*([^'\s])/g), 'an alert whose name is made at run time').toEqual([]);
  });

  it('tells every outcome of a task from every other', () => {
    const outcomes = found(code, /\blog\.(?:info|warn|error|alert)\(\s*'(task\.[a-z-]+)'/g);
    const counted = found(terraform.split('task_attempts = {')[1]!.split('labels')[0]!, /\\"(task\.[a-z-]+)\\"/g);
    expect(counted).toEqual(outcomes);
  });

  it('counts what the code logs under the names it logs it by', () => {
    const fields = found(terraform, /EXTRACT\(jsonPayload\.([a-zA-Z]+)/g);
    const written = found(code.split('FIELD_NAMES')[1]!.split('};')[0]!, /: '([a-zA-Z]+)'/g);
    expect(fields.filter((field) => field !== 'action' && !written.includes(field))).toEqual([]);
  });
});

describe('the runbooks that alerts name', () => {
  const operations = `${ROOT}/docs/operations.md`;

  it.skipIf(!existsSync(operations))('are parts of docs/operations.md', async () => {
    const page = await readFile(operations, 'utf8');
    // A heading `Runbook: held removals` is reached as `#runbook-held-removals`.
    const headings = found(page, /^#+ (.+)$/gm).map((title) => title.toLowerCase().replaceAll(/[^\w\s-]/g, ''));
    const anchors = [...headings.map((title) => title.replaceAll(' ', '-')), ...found(page, /<a id="([a-z-]+)">/g)];
    const named = found(terraform, /(?:"|\})(runbook-[a-z-]+)"/g);
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter((anchor) => !anchors.includes(anchor))).toEqual([]);
  });
});

describe('what Terraform gives the services', () => {
  it('is every variable they cannot do without, and none that leads elsewhere', () => {
    const schema = code.split('environmentSchema = ')[1]!.split('\n\n')[0]!;
    const needed = found(schema, /^ +([A-Z][A-Z_]+): (?!.*\.optional\(\))/gm);
    const given = found(terraform.split(/^ {2}environment = \{$/m)[1]!.split('\n  }\n')[0]!, /^ {4}([A-Z_]+) +=/gm);
    expect(needed).toContain('DOVETAIL_INVOKER');
    expect(given).toEqual(needed);
  });

  it('is every secret they name', () => {
    const named = found(code, /^(?:export )?const [A-Z_]+_SECRET = '([a-z-]+)'/gm);
    const made = found(terraform.split(/^ {2}secrets = merge\($/m)[1]!.split('},')[0]!, /^ {6}([a-z-]+) += \[/gm);
    expect(named).toContain('sealing-keys');
    expect(made).toEqual(named);
  });
});

describe('the database that Terraform makes', () => {
  it('ends the documents of every collection that is written with an end', async () => {
    const { fieldOverrides } = JSON.parse(await readFile(`${ROOT}/firestore.indexes.json`, 'utf8')) as {
      readonly fieldOverrides: readonly { collectionGroup: string; fieldPath: string; ttl?: boolean }[];
    };
    const ended = fieldOverrides.filter(({ ttl }) => ttl).map(({ collectionGroup }) => collectionGroup);
    const inGeneral = found(code, /Collection\(\{ name: '([a-zA-Z]+)',[^}]*ttlDays/g);
    expect(inGeneral).toContain('runs');
    expect(inGeneral.filter((name) => !ended.includes(name))).toEqual([]);
  });
});

describe('the addresses that Terraform prints', () => {
  it('are addresses of run-service', () => {
    const paths = found(terraform.split('webhook_urls')[1]!.split('\n  }\n')[0]!, /public_url\}(\/[^"]+)"/g);
    expect(paths).toHaveLength(4);
    // A router writes a part of a path as `:tenant`, the API's description as `{tenant}`.
    const written = (path: string) => new RegExp(`'${path.replaceAll(/\{\w+\}/g, '(?:\\{\\w+\\}|:\\w+)')}'`);
    expect(paths.filter((path) => !written(path).test(code))).toEqual([]);
  });
});
