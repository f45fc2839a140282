import { InvalidInput } from '@dovetail/core/domain/errors.ts';
import { msOf, toInstant } from '@dovetail/core/domain/interval.ts';
import { startStudio } from './studio/studio.ts';

/** `npm start`: the local studio, until SIGINT or SIGTERM. */
const studio = await startStudio({
  port: portFrom('PORT', 8080),
  sandboxPort: portFrom('SANDBOX_PORT', 8090),
  startAt: startFrom(process.env.STUDIO_CLOCK),
  dataFolder: process.env.DOVETAIL_DATA,
}).catch(explain);

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    studio.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  });
}

// Last: whoever waits for this may tell it to end at once.
console.log(`sandbox ${studio.sandboxUrl}`);
console.log(`ready ${studio.url}`);

function portFrom(variable: string, usual: number): number {
  const text = process.env[variable];
  const port = text === undefined ? usual : Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    console.error(`${variable} is "${text}"; it must be a port number.`);
    process.exit(1);
  }
  return port;
}

function startFrom(instant: string | undefined): number | undefined {
  if (instant === undefined) return undefined;
  try {
    return msOf(toInstant(instant));
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error;
    console.error(`STUDIO_CLOCK: ${error.message}.`);
    process.exit(1);
  }
}

function explain(error: unknown): never {
  const { code, port } = error as NodeJS.ErrnoException & { port?: number };
  if (code === 'EADDRINUSE') {
    console.error(`Port ${port} is taken by another program: stop it, or set PORT and SANDBOX_PORT to other ports.`);
  } else console.error(error);
  process.exit(1);
}
