import { createApp } from './app.ts';
import { wireService } from './wiring.ts';

/** Cloud Run's own port (its container contract) and the time it leaves a container to finish. */
const PORT = Number(process.env.PORT ?? 8080);
const GRACE_MS = 9_000;

const deps = await wireService(process.env);
const server = createApp(deps).listen(PORT, () => deps.log.info('service.started', { count: PORT }));

process.once('SIGTERM', () => {
  server.close(() => process.exit(0));
  setTimeout(() => process.exit(1), GRACE_MS).unref();
});
