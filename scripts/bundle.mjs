// What is deployed: one file a service, with only the code it reaches. `npm run bundle` writes to dist/ (or to the folder
// it is told): run-service for the image (Dockerfile), functions and their functions.zip for Cloud Run functions.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { describeFunctions, zipFiles } from './bundle/functions-package.mjs';
import { inlineGoogleJson, leaveOutCallers, leaveOutMessageClasses, requireHttp } from './bundle/plugins.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = resolve(process.argv[2] ?? `${root}dist`);

/** CommonJS among the libraries asks for these, which an ES module does not have. */
const COMMONJS_GLOBALS = `
import { createRequire as $createRequire } from 'node:module';
import { fileURLToPath as $fileURLToPath } from 'node:url';
const require = $createRequire(import.meta.url);
const __filename = $fileURLToPath(import.meta.url);
const __dirname = $fileURLToPath(new URL('.', import.meta.url));
`;

for (const made of ['run-service', 'functions', 'functions.zip'])
  rmSync(`${dist}/${made}`, { recursive: true, force: true });
await bundle('run-service', 'run-service/src/main.ts');
writeJson('run-service/package.json', { type: 'module', main: 'index.mjs' });

await bundle('functions', 'functions/src/index.ts');
const { manifest, lock } = describeFunctions(root);
writeJson('functions/package.json', manifest);
writeJson('functions/package-lock.json', lock);
const files = ['index.mjs', 'package.json', 'package-lock.json'];
const zip = zipFiles(Object.fromEntries(files.map((name) => [name, readFileSync(`${dist}/functions/${name}`)])));
writeFileSync(`${dist}/functions.zip`, zip);
console.log(`functions.zip: ${(zip.length / 1e6).toFixed(1)} MB`);

/** Names are kept, lines are short: a stack is to be read where there is no source map, and none is deployed. */
async function bundle(name, entry) {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile: `${dist}/${name}/index.mjs`,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    minifySyntax: true,
    minifyWhitespace: true,
    lineLimit: 160,
    sourcemap: 'linked',
    banner: { js: COMMONJS_GLOBALS },
    plugins: [inlineGoogleJson, leaveOutMessageClasses, leaveOutCallers, requireHttp],
    metafile: true,
    logLevel: 'warning',
  });
  const output = Object.values(metafile.outputs).find(({ entryPoint }) => entryPoint);
  console.log(`${name}: ${(output.bytes / 1e6).toFixed(1)} MB`);
}

function writeJson(name, value) {
  writeFileSync(`${dist}/${name}`, `${JSON.stringify(value, null, 2)}\n`);
}
