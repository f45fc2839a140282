import { z } from 'zod';
import { InvalidInput } from '../../domain/errors.ts';
import { wireId } from './appointment-wire.ts';

const webhookSchema = z.object({
  type: z.enum(['appointment.created', 'appointment.updated', 'appointment.cancelled']),
  data: z.object({ id: wireId.max(200), version: z.int().nonnegative().optional() }),
});

/** Which booking may have changed; what it says now is asked of USchedule. */
export interface UScheduleWebhook {
  readonly type: z.output<typeof webhookSchema>['type'];
  readonly bookingId: string;
  readonly version?: number;
}

/**
 * Reads the body of a USchedule webhook whose signature has been verified.
 * @throws InvalidInput naming the offending fields.
 */
export function parseUScheduleWebhook(body: unknown): UScheduleWebhook {
  const parsed = webhookSchema.safeParse(body);
  if (!parsed.success) {
    const issues = parsed.error.issues.map((issue) => ({ path: issue.path.join('.'), message: issue.message }));
    throw new InvalidInput(issues.map(({ path, message }) => `${path || 'body'}: ${message}`).join('; '), {
      paths: issues.map(({ path }) => path),
    });
  }
  const { type, data } = parsed.data;
  return { type, bookingId: data.id, ...(data.version === undefined ? {} : { version: data.version }) };
}
