import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Google's clients read settings and protos from JSON files beside their code when they load. A bundle has no files
 * beside it, so the JSON takes the place of the call that would read it.
 */
export const inlineGoogleJson = {
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

/**
 * Generated classes of every message, which the clients re-export for programs that want them: they themselves speak by
 * the descriptors in JSON. They were a third of a bundle, and ten megabytes of memory. Firestore's own are used.
 */
export const leaveOutMessageClasses = leaveOut(
  'leave-out-message-classes',
  /@google-cloud[/\\](tasks|secret-manager)[/\\]build[/\\]protos[/\\]protos\.c?js$|google-gax[/\\]build[/\\]protos[/\\](iam_service|locations)\.js$/,
  '',
);

/**
 * firebase-functions loads these to check the callers of callable functions. We have none; who may call a worker is
 * Cloud Run's to say.
 */
export const leaveOutCallers = leaveOut(
  'leave-out-callers',
  /firebase-admin[/\\]lib[/\\]esm[/\\](auth|app-check)[/\\]index\.js$/,
  `const none = () => { throw new Error('there are no callable functions here'); };
   export { none as getAuth, none as getAppCheck };`,
);

/**
 * An import of `node:http` reads everything it exports, its WebSocket too, and so loads all of Node's fetch at once. A
 * `require` does not, and fetch is loaded when it is first used.
 */
export const requireHttp = {
  name: 'require-http',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^(node:)?http$/ }, ({ namespace }) =>
      namespace === 'required' ? { path: 'node:http', external: true } : { path: 'node:http', namespace: 'required' },
    );
    onLoad({ filter: /.*/, namespace: 'required' }, ({ path }) => ({
      loader: 'js',
      contents: `module.exports = require('${path}');`,
    }));
  },
};

function leaveOut(name, filter, contents) {
  return {
    name,
    setup({ onLoad }) {
      onLoad({ filter }, () => ({ loader: 'js', contents }));
    },
  };
}

function unquote(text) {
  return text.trim().replace(/^'|'$/g, '');
}
