import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ROOT } from '../e2e/service-process.ts';

interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly run?: string;
}

const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');
const workflow = parse(read('.github/workflows/ci.yml'));
const steps: readonly Step[] = workflow.jobs.test.steps;

describe('the workflow on GitHub', () => {
  it("ends with exactly the README's test command", () => {
    const [, command] = /^## Test it\n+```sh\n(.*)\n```$/m.exec(read('README.md')) ?? [];
    expect(command).toContain('npm test');
    expect(steps.at(-1)?.run).toBe(command);
    expect(Object.keys(workflow.jobs)).toEqual(['test']);
  });

  it('runs on the Node that everybody has', () => {
    const [node] = steps.filter(({ uses }) => uses?.startsWith('actions/setup-node@'));
    expect(node?.with?.['node-version-file']).toBe('.nvmrc');
    expect(workflow.jobs.test['runs-on']).toBe('ubuntu-latest');
  });

  it('may read the repository and do nothing else', () => {
    expect(workflow.permissions).toEqual({ contents: 'read' });
    expect(JSON.stringify(workflow)).not.toMatch(/secrets\.|pull_request_target/);
    const [checkout] = steps.filter(({ uses }) => uses?.startsWith('actions/checkout@'));
    expect(checkout?.with?.['persist-credentials']).toBe(false);
  });

  it('uses actions of one major version each', () => {
    const used = steps.flatMap(({ uses }) => uses ?? []);
    expect(used.length).toBeGreaterThan(0);
    for (const action of used) expect(action).toMatch(/^(actions|google-github-actions)\/[\w-]+@v\d+$/);
  });

  it('installs what .ci/run installs', () => {
    const programs = (text: string) => /for packages in (.*); do/.exec(text)?.[1];
    const java = (text: string) => /install .*(default-jre-headless)/.exec(text)?.[1];
    const [installs] = steps.flatMap(({ run }) => (run?.includes('apt-get') ? run : []));
    expect(programs(installs ?? '')).toBe(programs(read('.ci/run')));
    expect(java(installs ?? '')).toBe(java(read('.ci/run')));
  });
});

describe('dependabot', () => {
  const { version, updates } = parse(read('.github/dependabot.yml')) as {
    version: number;
    updates: { 'package-ecosystem': string; directory: string; schedule: { interval: string } }[];
  };

  it('watches every kind of dependency there is, where it is', () => {
    expect(version).toBe(2);
    const watched = updates.map((one) => `${one['package-ecosystem']} ${one.directory}`);
    expect(watched).toEqual(['npm /', 'github-actions /', 'docker /', 'terraform /terraform']);
    expect(['package-lock.json', '.github/workflows', 'Dockerfile'].every((file) => existsSync(join(ROOT, file)))).toBe(
      true,
    );
  });
});
