import { readFileSync } from 'node:fs';
import { zipSync } from 'fflate';

const FRAMEWORK = '@google-cloud/functions-framework';

/**
 * What goes beside the functions' bundle: a manifest and a lock, so that Cloud Run functions' buildpack installs the very
 * framework that our tests serve the functions with (npm ci), and not the one it would choose itself.
 */
export function describeFunctions(root) {
  const lock = readJson(`${root}package-lock.json`);
  const { version } = readJson(`${root}package.json`);
  const manifest = {
    name: 'dovetail-functions',
    version,
    private: true,
    type: 'module',
    main: 'index.mjs',
    engines: { node: '24' },
    dependencies: { [FRAMEWORK]: lock.packages[`node_modules/${FRAMEWORK}`].version },
  };
  const { name, private: _private, type: _type, main: _main, ...own } = manifest;
  const packages = { '': { name, ...own }, ...installedFor(FRAMEWORK, lock.packages) };
  return { manifest, lock: { name, version, lockfileVersion: 3, requires: true, packages } };
}

/** The entries of a lock that a package needs, itself included, at the places they have there. */
function installedFor(name, packages) {
  const places = new Set();
  const visit = (dependency, from) => {
    const place = placeOf(dependency, from, packages);
    if (place === undefined || places.has(place)) return;
    places.add(place);
    const { dependencies, optionalDependencies } = packages[place];
    for (const needed of Object.keys({ ...dependencies, ...optionalDependencies })) visit(needed, place);
  };
  visit(name, '');
  return Object.fromEntries(
    [...places].sort().map((place) => {
      const { dev: _dev, devOptional: _devOptional, ...entry } = packages[place];
      return [place, entry];
    }),
  );
}

/** Where Node finds a dependency of the package at `from`: beside it, or further up. */
function placeOf(name, from, packages) {
  const place = from === '' ? `node_modules/${name}` : `${from}/node_modules/${name}`;
  if (packages[place] !== undefined) return place;
  if (from === '') return undefined;
  return placeOf(name, from.slice(0, Math.max(0, from.lastIndexOf('/node_modules/'))), packages);
}

/** In a zip times are local and begin in 1980, whatever the zone. */
const ALWAYS = new Date(1980, 0, 1);
const UNIX = 3;
const READABLE_FILE = 0o100644 * 2 ** 16;

/** A zip of these files by their names: the same files give the same bytes. */
export function zipFiles(files) {
  const options = { level: 9, mtime: ALWAYS, os: UNIX, attrs: READABLE_FILE };
  const entries = Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1));
  return zipSync(Object.fromEntries(entries.map(([name, bytes]) => [name, [bytes, options]])));
}

function readJson(path) {
  return JSON.parse(readFileSync(path, 'utf8'));
}
