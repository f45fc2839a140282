/**
 * What a log line may carry. Ids only: the type has no place for a name, a title or a URL, so none can be logged.
 */
export interface LogFields {
  readonly direction?: 'to-calendar' | 'to-ledger' | 'to-source' | 'to-subscriber';
  readonly tenantId?: string | undefined;
  readonly bookingId?: string | undefined;
  readonly calendarId?: string | undefined;
  readonly bindingId?: string | undefined;
  readonly channelId?: string | undefined;
  readonly eventId?: string | undefined;
  readonly remoteId?: string | undefined;
  readonly resourceId?: string | undefined;
  readonly conflictId?: string | undefined;
  readonly feedId?: string | undefined;
  readonly publicationId?: string | undefined;
  readonly systemId?: string | undefined;
  readonly webhookId?: string | undefined;
  readonly deliveryId?: string | undefined;
  readonly runId?: string | undefined;
  readonly requestId?: string | undefined;
  /** Of an API key: which of them, never the key. */
  readonly keyId?: string | undefined;
  readonly queue?: string | undefined;
  readonly taskName?: string | undefined;
  readonly attempt?: number | undefined;
  readonly status?: number | undefined;
  readonly reason?: string | undefined;
  readonly count?: number | undefined;
  readonly durationMs?: number | undefined;
  readonly error?: unknown;
}

/** Structured log: one line an action, named by a verb phrase (`event.inserted`, `webhook.refused`). */
export interface Log {
  info(action: string, fields?: LogFields): void;
  warn(action: string, fields?: LogFields): void;
  /** A failure that somebody must look at. */
  error(action: string, fields?: LogFields): void;
  /** Staff are told: an alerting policy fires on these lines. Send each fact once. */
  alert(action: string, fields?: LogFields): void;
}
