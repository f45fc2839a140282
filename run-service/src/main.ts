import type { Server } from 'node:http';
import { DovetailError } from '@dovetail/core/domain/errors.ts';
import { createApp } from './app.ts';
import { createHttpServer } from './http-server.ts';
import { wireService } from './wiring.ts';

/** Cloud Run's own port (its container contract) and the time it leaves a container to finish. */
const PORT = Number(process.env.PORT ?? 8080);
const GRACE_MS = 9_000;

// A container's first process is ended by no signal that it does not take itself, so it listens from the beginning.
let server: Server | undefined;
process.once('SIGTERM', () => {
  if (!server) process.exit(0);
  server.close(() => process.exit(0));
  setTimeout(() => process.exit(1), GRACE_MS).unref();
});

const deps = await wireService(process.env).catch(explain);
server = createHttpServer(createApp(deps)).listen(PORT, () => deps.log.info('service.started', { count: PORT }));

/** A container that cannot be wired must end, and say why in a line an operator finds. */
function explain(error: unknown): never {
  const detail = error instanceof DovetailError ? error.message : String((error as Error).stack);
  process.stderr.write(`${JSON.stringify({ severity: 'CRITICAL', message: 'service.not-started', detail })}\n`);
  process.exit(1);
}
