/** What is wrong with what was asked for, in a sentence. Nothing was changed. */
export class Refused extends Error {}

const PARTS = ['patch', 'minor', 'major'];

/**
 * The version that is asked for: itself, or the part of the present one that is to be raised.
 * @throws Refused unless it is one, and later than the present one.
 */
export function nextVersion(present, args, semver) {
  const [wanted, ...others] = args;
  if (wanted === undefined || others.length > 0) {
    throw new Refused('Say which version: npm run release -- X.Y.Z, or patch, minor or major.');
  }
  const version = PARTS.includes(wanted) ? semver.inc(present, wanted) : wanted;
  if (semver.valid(version) !== version) throw new Refused(`"${wanted}" is no version. Versions look like 1.2.3.`);
  if (!semver.gt(version, present)) throw new Refused(`${version} is not later than ${present}.`);
  return version;
}

const UNRELEASED = '## [Unreleased]';

/**
 * The changelog with what is unreleased under the version and its day, and nothing unreleased.
 * @throws Refused when there is nothing unreleased to tell of.
 */
export function datedChangelog(text, version, today) {
  const [before, after, ...others] = text.split(`${UNRELEASED}\n`);
  if (after === undefined || others.length > 0) throw new Refused(`CHANGELOG.md has not one heading "${UNRELEASED}".`);
  const [told] = after.split(/^## /m);
  if (!/^[-*] /m.test(told)) throw new Refused('CHANGELOG.md tells of nothing that is unreleased.');
  return `${before}${UNRELEASED}\n\n## [${version}] - ${today}\n${after}`;
}
