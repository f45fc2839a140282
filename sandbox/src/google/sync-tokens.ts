import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { CalendarRecord } from './calendar-store.ts';
import { fullSyncRequired, invalid } from './google-error.ts';
import { restrictedSync } from './list-parameters.ts';

const tokenSchema = z.tuple([z.string(), z.string(), z.int().nonnegative(), z.string()]);

/**
 * Sync tokens: opaque to callers, bound to one calendar and to the parameters of the read that gave them, and good
 * until they are expired.
 */
export class SyncTokens {
  /** Tokens of another era are expired; a fresh simulator begins one. */
  #era: string = randomUUID();

  /** A token for what changes on the calendar after `change`. */
  issue(calendarId: string, change: number, boundTo: string): string {
    return Buffer.from(JSON.stringify([this.#era, calendarId, change, boundTo])).toString('base64url');
  }

  /**
   * The change after which a read with this token begins.
   * @throws GoogleApiError 410 when the token is expired, 400 when it never was this calendar's, or goes with others
   * than these parameters.
   */
  read(token: string, calendar: CalendarRecord, boundTo: string): number {
    const [era, calendarId, change, bound] = parse(token);
    if (calendarId !== calendar.id) throw invalid('Invalid sync token value.', 'syncToken');
    if (era !== this.#era || change < calendar.purgedUpTo) throw fullSyncRequired();
    if (bound !== boundTo) throw restrictedSync();
    return change;
  }

  /** Expires every token that was given out. */
  expireAll(): void {
    this.#era = randomUUID();
  }

  state(): string {
    return this.#era;
  }

  load(era: string): void {
    this.#era = era;
  }
}

function parse(token: string): z.infer<typeof tokenSchema> {
  try {
    return tokenSchema.parse(JSON.parse(Buffer.from(token, 'base64url').toString()));
  } catch (cause) {
    throw Object.assign(invalid('Invalid sync token value.', 'syncToken'), { cause });
  }
}
