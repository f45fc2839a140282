import express, { type Express } from 'express';
import helmet from 'helmet';
import type { AppDeps } from './app-deps.ts';
import { answerErrors, refuseUnknownPath } from './middleware/answer-errors.ts';
import { logRefusals } from './middleware/log-refusals.ts';
import { requestId } from './middleware/request-id.ts';
import { describeApi } from './operations/openapi.ts';
import { serveOperations } from './operations/serve-operations.ts';
import { bookingWebhookRoutes } from './routes/booking-webhook.ts';
import { calendarPushRoutes } from './routes/calendar-push.ts';
import { docsRoutes } from './routes/docs.ts';
import { healthRoutes } from './routes/health.ts';
import { publicationRoutes } from './routes/publication/publication.ts';
import { uscheduleWebhookRoutes } from './routes/uschedule-webhook.ts';
import { v1Operations } from './routes/v1/v1-operations.ts';

/** Whatever ends TLS sends http to https; a studio on a laptop has none, and its pages must not ask for it. */
const PAGE_RULES = { contentSecurityPolicy: { directives: { upgradeInsecureRequests: null } } };

/** The service, not yet listening. It keeps nothing between requests that another instance would need. */
export function createApp(deps: AppDeps): Express {
  const app = express();
  // Only publications have an ETag, and they make their own.
  app.set('etag', false);
  app.use(helmet(PAGE_RULES), requestId(deps.newId));
  app.use(healthRoutes(deps));
  app.use(uscheduleWebhookRoutes(deps), bookingWebhookRoutes(deps), calendarPushRoutes(deps));
  app.use(publicationRoutes(deps));
  app.use(docsRoutes(describeApi(v1Operations, deps.version)));
  app.use(serveOperations(v1Operations, deps));
  app.use(refuseUnknownPath, logRefusals(deps.log), answerErrors);
  return app;
}
