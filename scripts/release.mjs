// `npm run release -- X.Y.Z` (or patch, minor, major): writes the version and the changelog's heading, commits and tags. On
// this machine alone: pushing is left to whoever looked at it.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import semver from 'semver';
import { datedChangelog, nextVersion, Refused } from './release/plan-release.mjs';

const root = process.cwd();

try {
  release(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof Refused)) throw error;
  console.error(error.message);
  process.exit(1);
}

function release(args) {
  if (git('status', '--porcelain') !== '') throw new Refused('There are changes that are not committed.');
  const manifest = readJson('package.json');
  const version = nextVersion(manifest.version, args, semver);
  const tag = `v${version}`;
  if (git('tag', '--list', tag) !== '') throw new Refused(`There is a tag ${tag} already.`);
  const today = new Date().toISOString().slice(0, 10);
  const changelog = datedChangelog(readFileSync(join(root, 'CHANGELOG.md'), 'utf8'), version, today);

  const folders = ['', ...manifest.workspaces];
  for (const folder of folders) stamp(join(folder, 'package.json'), (found) => ({ ...found, version }));
  stamp('package-lock.json', (lock) => stampLock(lock, folders, version));
  writeFileSync(join(root, 'CHANGELOG.md'), changelog);
  const changed = ['CHANGELOG.md', 'package-lock.json', ...folders.map((folder) => join(folder, 'package.json'))];
  git('add', ...changed);
  git('commit', '--quiet', '--message', `Release ${version}`);
  git('tag', '--annotate', tag, '--message', `Dovetail ${version}`);
  console.log(`Committed and tagged ${tag}. To publish it: git push --follow-tags`);
}

/** The lock names the version of each of our packages too. */
function stampLock(lock, folders, version) {
  const own = folders.map((folder) => [folder, { ...lock.packages[folder], version }]);
  return { ...lock, version, packages: { ...lock.packages, ...Object.fromEntries(own) } };
}

function stamp(file, change) {
  writeFileSync(join(root, file), `${JSON.stringify(change(readJson(file)), null, 2)}\n`);
}

function readJson(file) {
  return JSON.parse(readFileSync(join(root, file), 'utf8'));
}

function git(...args) {
  return execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim();
}
