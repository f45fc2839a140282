// Every function of an unpacked functions.zip in one process, each on a port of its own as functions-framework serves it,
// where one process each would be too many. Told the folder; prints the ports by the functions' names.
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const index = resolve(process.argv[2], 'index.mjs');
const require = createRequire(index);
const { http } = require('@google-cloud/functions-framework');
const { getTestServer } = require('@google-cloud/functions-framework/testing');

const ports = {};
for (const [name, fn] of Object.entries(await import(pathToFileURL(index).href))) {
  http(name, fn);
  const server = getTestServer(name).listen(0, '127.0.0.1');
  await once(server, 'listening');
  ports[name] = server.address().port;
}
process.stdout.write(`serving ${JSON.stringify(ports)}\n`);
