// What is deployed: one file a service, with only the code it reaches. `npm run bundle` writes dist/.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const SERVICES = [
  { name: 'run-service', entry: 'run-service/src/main.ts' },
  { name: 'functions', entry: 'functions/src/index.ts' },
];

/** CommonJS among the libraries asks for these, which an ES module does not have. */
const COMMONJS_GLOBALS = `
import { createRequire as $createRequire } from 'node:module';
import { fileURLToPath as $fileURLToPath } from 'node:url';
const require = $createRequire(import.meta.url);
const __filename = $fileURLToPath(import.meta.url);
const __dirname = $fileURLToPath(new URL('.', import.meta.url));
`;

/**
 * Google's clients read settings and protos from JSON files beside their code when they load. A bundle has no files
 * beside it, so the JSON takes the place of the call that would read it.
 */
const inlineGoogleJson = {
  name: 'inline-google-json',
  setup({ onLoad }) {
    onLoad({ filter: /@google-cloud[/\\][a-z-]+[/\\]build[/\\].*_client\.c?js$/ }, ({ path }) => ({
      loader: 'js',
      contents: readFileSync(path, 'utf8').replace(
        /\bgetJSON\(path\.join\(dirname, ([^)]*)\)\)/g,
        (_, parts) => `(${readFileSync(join(dirname(path), ...parts.split(',').map(unquote)), 'utf8')})`,
      ),
    }));
  },
};

for (const { name, entry } of SERVICES) {
  const outfile = `${root}dist/${name}/index.mjs`;
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    minifySyntax: true,
    minifyWhitespace: true,
    sourcemap: 'linked',
    banner: { js: COMMONJS_GLOBALS },
    plugins: [inlineGoogleJson],
    metafile: true,
    logLevel: 'warning',
  });
  writeFileSync(`${root}dist/${name}/package.json`, `${JSON.stringify({ type: 'module', main: 'index.mjs' })}\n`);
  const bundle = Object.values(metafile.outputs).find((output) => output.entryPoint);
  console.log(`${name}: ${(bundle.bytes / 1e6).toFixed(1)} MB`);
}

function unquote(text) {
  return text.trim().replace(/^'|'$/g, '');
}
