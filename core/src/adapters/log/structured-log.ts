import { pino } from 'pino';
import type { Log, LogFields } from '../../ports/log.ts';
import { describeError } from './describe-error.ts';

export interface StructuredLogOptions {
  /** Which of our services writes; Error Reporting groups by it. */
  readonly service: string;
  /** Takes each line, its newline included. Standard output when absent. */
  readonly write?: (line: string) => void;
  /** The least severe lines that are written. Default `info`. */
  readonly level?: keyof Log;
}

const LEVELS = { info: 30, warn: 40, error: 50, alert: 60 };

/** Google Cloud Logging's severities (cloud.google.com/logging/docs/reference/v2/rest/v2/LogEntry#LogSeverity). */
const SEVERITIES: Readonly<Record<string, string>> = { info: 'INFO', warn: 'WARNING', error: 'ERROR', alert: 'ALERT' };

/** Every field that may be written, and what it is called in a line. Nothing else of what is passed is written. */
const FIELD_NAMES: Readonly<Record<Exclude<keyof LogFields, 'error'>, string>> = {
  direction: 'direction',
  tenantId: 'tenant',
  bookingId: 'booking',
  calendarId: 'calendar',
  bindingId: 'binding',
  channelId: 'channel',
  eventId: 'event',
  remoteId: 'remote',
  resourceId: 'resource',
  conflictId: 'conflict',
  feedId: 'feed',
  publicationId: 'publication',
  systemId: 'system',
  webhookId: 'webhook',
  deliveryId: 'delivery',
  runId: 'run',
  requestId: 'request',
  keyId: 'key',
  queue: 'queue',
  taskName: 'taskName',
  attempt: 'attempt',
  status: 'status',
  reason: 'reason',
  count: 'count',
  durationMs: 'durationMs',
};

/**
 * The log as lines of JSON that Google Cloud Logging reads without an agent: `severity`, `time` (RFC 3339, real time),
 * `message` and `action` (both the action), then the fields under the names above. Of an error its kind, codes and
 * stack frames are written; its message only when it is one of our own, for others may quote guests.
 */
export function createStructuredLog(options: StructuredLogOptions): Log {
  const logger = pino(
    {
      level: options.level ?? 'info',
      customLevels: LEVELS,
      useOnlyCustomLevels: true,
      messageKey: 'message',
      base: { serviceContext: { service: options.service } },
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (level) => ({ severity: SEVERITIES[level] }) },
    },
    options.write ? { write: options.write } : pino.destination({ fd: 1, sync: true }),
  );
  const at =
    (level: keyof Log) =>
    (action: string, fields: LogFields = {}) => {
      logger[level]({ action, ...presentable(fields) }, action);
    };
  return { info: at('info'), warn: at('warn'), error: at('error'), alert: at('alert') };
}

function presentable(fields: LogFields): Record<string, unknown> {
  const line: Record<string, unknown> = {};
  for (const [field, name] of Object.entries(FIELD_NAMES)) {
    const value = fields[field as keyof typeof FIELD_NAMES];
    if (typeof value === 'string' || typeof value === 'number') line[name] = value;
  }
  if (fields.error !== undefined) line['error'] = describeError(fields.error);
  return line;
}
