import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { VERSION } from '@dovetail/core/wiring.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ROOT } from '../e2e/service-process.ts';

const json = (folder: string, file: string) => JSON.parse(readFileSync(join(folder, file), 'utf8'));

const WORKSPACES: readonly string[] = json(ROOT, 'package.json').workspaces;
const MANIFESTS = ['package.json', ...WORKSPACES.map((folder) => `${folder}/package.json`)];
const STAMPED = ['CHANGELOG.md', 'package-lock.json', ...MANIFESTS];
const IDENTITY = { GIT_AUTHOR_NAME: 'Test', GIT_AUTHOR_EMAIL: 'test@example.com' };
const ENVIRONMENT = {
  PATH: process.env.PATH,
  ...IDENTITY,
  GIT_COMMITTER_NAME: IDENTITY.GIT_AUTHOR_NAME,
  GIT_COMMITTER_EMAIL: IDENTITY.GIT_AUTHOR_EMAIL,
  GIT_CONFIG_GLOBAL: '/dev/null',
};

it('every package, the lock and the services say one version', () => {
  const versions = MANIFESTS.map((file) => json(ROOT, file).version);
  const { version, packages } = json(ROOT, 'package-lock.json');
  const locked = ['', ...WORKSPACES].map((folder) => packages[folder].version);
  expect(new Set([VERSION, version, ...versions, ...locked])).toEqual(new Set([VERSION]));
});

describe('npm run release', () => {
  let scratch: string;

  beforeEach(() => {
    scratch = mkdtempSync(join(tmpdir(), 'dovetail-release-'));
    for (const file of STAMPED) cpSync(join(ROOT, file), join(scratch, file));
    setVersion('0.4.2');
    tell('- Something that people notice.');
    git('init', '--quiet', '--initial-branch=main');
    commitAll();
  });
  afterEach(() => rmSync(scratch, { recursive: true }));

  const git = (...args: string[]) =>
    execFileSync('git', args, { cwd: scratch, env: ENVIRONMENT, encoding: 'utf8' }).trim();
  const release = (...args: string[]) =>
    spawnSync(process.execPath, [join(ROOT, 'scripts/release.mjs'), ...args], {
      cwd: scratch,
      env: ENVIRONMENT,
      encoding: 'utf8',
    });

  function setVersion(version: string): void {
    for (const file of MANIFESTS) rewrite(file, (found) => ({ ...found, version }));
    rewrite('package-lock.json', (lock) => {
      const packages = lock.packages as Record<string, object>;
      for (const folder of ['', ...WORKSPACES]) packages[folder] = { ...packages[folder], version };
      return { ...lock, version };
    });
  }

  function rewrite(file: string, change: (found: Record<string, unknown>) => unknown): void {
    writeFileSync(join(scratch, file), `${JSON.stringify(change(json(scratch, file)), null, 2)}\n`);
  }

  function tell(text: string): void {
    const changelog = `# Changelog\n\n## [Unreleased]\n\n${text}\n\n## [0.4.2] - 2027-01-31\n\n- What was.\n`;
    writeFileSync(join(scratch, 'CHANGELOG.md'), changelog);
  }

  function commitAll(): void {
    git('add', '--all');
    git('commit', '--quiet', '--message', 'As it was');
  }

  it.each([
    ['0.5.0', '0.5.0'],
    ['patch', '0.4.3'],
    ['minor', '0.5.0'],
    ['major', '1.0.0'],
    ['1.0.0-rc.1', '1.0.0-rc.1'],
  ])('with %s stamps, commits and tags %s', (asked, version) => {
    expect(release(asked)).toMatchObject({ status: 0, stderr: '' });
    expect(MANIFESTS.map((file) => json(scratch, file).version)).toEqual(MANIFESTS.map(() => version));
    const lock = json(scratch, 'package-lock.json');
    expect(['', ...WORKSPACES].map((folder) => lock.packages[folder].version)).toEqual(MANIFESTS.map(() => version));
    expect(lock.version).toBe(version);
    expect(git('log', '--format=%s', '-1')).toBe(`Release ${version}`);
    expect(git('describe', '--exact-match')).toBe(`v${version}`);
    expect(git('status', '--porcelain')).toBe('');
  });

  it('changes a line of each manifest and nothing else', () => {
    release('minor');
    const changed = git('diff', '--numstat', 'HEAD~1').split('\n').sort();
    // Of the lock its own version, the root's, and that of each workspace.
    const locked = 2 + WORKSPACES.length;
    expect(changed).toEqual(
      [
        '2\t0\tCHANGELOG.md',
        ...MANIFESTS.map((file) => `1\t1\t${file}`),
        `${locked}\t${locked}\tpackage-lock.json`,
      ].sort(),
    );
  });

  it('dates what was unreleased, and leaves room for what comes', () => {
    release('minor');
    const today = new Date().toISOString().slice(0, 10);
    const told = '- Something that people notice.\n\n## [0.4.2] - 2027-01-31\n\n- What was.\n';
    expect(readFileSync(join(scratch, 'CHANGELOG.md'), 'utf8')).toBe(
      `# Changelog\n\n## [Unreleased]\n\n## [0.5.0] - ${today}\n\n${told}`,
    );
  });

  it.each<[string, string[], string, () => void]>([
    ['changes that are not committed', ['minor'], 'not committed', () => writeFileSync(join(scratch, 'new'), '')],
    ['a version that is not later', ['0.4.2'], 'not later than 0.4.2', () => {}],
    ['a version before', ['0.4.1'], 'not later', () => {}],
    ['what is no version', ['soon'], 'is no version', () => {}],
    ['a version in other words', ['v0.5.0'], 'is no version', () => {}],
    ['no version', [], 'Say which version', () => {}],
    ['two versions', ['0.5.0', '0.6.0'], 'Say which version', () => {}],
    ['a version that is tagged already', ['0.5.0'], 'a tag v0.5.0', () => git('tag', 'v0.5.0')],
    [
      'a changelog that tells of nothing',
      ['minor'],
      'nothing that is unreleased',
      () => {
        tell('### Added');
        commitAll();
      },
    ],
  ])('refuses %s in a sentence, and changes nothing', (_, args, sentence, prepare) => {
    prepare();
    const before = [git('rev-parse', 'HEAD'), git('tag', '--list'), git('status', '--porcelain')];
    const { status, stderr } = release(...args);
    expect(status).toBe(1);
    expect(stderr).toContain(sentence);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect([git('rev-parse', 'HEAD'), git('tag', '--list'), git('status', '--porcelain')]).toEqual(before);
  });
});

it('the changelog has one heading for what is not released yet', () => {
  expect(readFileSync(join(ROOT, 'CHANGELOG.md'), 'utf8').match(/^## \[Unreleased\]$/gm)).toHaveLength(1);
});
