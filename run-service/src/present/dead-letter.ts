import type { DeadLetter } from '@dovetail/core/domain/run.ts';
import type { z } from 'zod';
import type { deadLetterSchema } from '../schemas/dead-letter.ts';

/** The ids in a task's payload that mean something outside; the rest, sealed bookings first of all, stays inside. */
const SUBJECT_FIELDS = ['systemId', 'bookingId', 'eventId', 'bindingId', 'feedId'];

/** A dead letter as the API shows it. */
export function presentDeadLetter(letter: DeadLetter): z.input<typeof deadLetterSchema> {
  const { id, queue, reason, detail, eventId, bindingId, createdAt, replayedAt } = letter;
  return { id, queue, subject: subjectOf(letter.payload), reason, detail, eventId, bindingId, createdAt, replayedAt };
}

function subjectOf(payload: unknown): Record<string, string> {
  const fields = Object.entries(payload ?? {}).filter(([name]) => SUBJECT_FIELDS.includes(name));
  return Object.fromEntries(fields.map(([name, value]) => [name, String(value)]));
}
