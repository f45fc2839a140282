import { InvalidInput } from '@dovetail/core/domain/errors.ts';
import { toInstant, toTimestamp } from '@dovetail/core/domain/interval.ts';
import { ID_PATTERN } from '@dovetail/core/domain/resource.ts';
import { isTimeZone } from '@dovetail/core/ical/local-time.ts';
import { z } from 'zod';

/** An id that a caller may choose. */
export const chosenId = z
  .string()
  .regex(ID_PATTERN, 'use 1 to 64 lower-case letters, digits and inner hyphens')
  .meta({ description: 'Lower-case letters, digits and inner hyphens.', example: 'bay-1' });

/** An id that we made. */
export const madeId = z.string().regex(/^[a-z0-9][a-z0-9-]{0,127}$/);

/** The path parameters of something by its id. */
export const byMadeId = z.strictObject({ id: madeId });
export const byChosenId = z.strictObject({ id: chosenId });

const NOT_A_TIME = 'is neither an RFC 3339 time with an offset nor a date';
const NOT_A_TIMESTAMP = 'is not an RFC 3339 time with an offset, such as 2027-05-01T10:00:00.250Z';

/** A time as callers write it, read into its canonical form: an instant in UTC to the second, or a date. */
export const time = z
  .union([z.iso.date(), z.iso.datetime({ offset: true }).transform(reading(toInstant, NOT_A_TIME))], {
    error: NOT_A_TIME,
  })
  .meta({ description: 'RFC 3339: an instant on timed resources, a date on nightly ones.' });

/** A moment as callers write it, read into UTC and to the microsecond: it orders states, and books no time. */
export const timestamp = z.iso
  .datetime({ offset: true, error: NOT_A_TIMESTAMP })
  .transform(reading(toTimestamp, NOT_A_TIMESTAMP));

/** Some times that have the right form are none all the same: an offset may carry one beyond the year 9999. */
function reading(read: (value: string) => string, message: string) {
  return (value: string, context: z.core.$RefinementCtx<string>): string => {
    try {
      return read(value);
    } catch (error) {
      if (!(error instanceof InvalidInput)) throw error;
      context.issues.push({ code: 'custom', message, input: value });
      return z.NEVER;
    }
  };
}

/** A time in an answer. */
export const shownTime = z
  .string()
  .meta({ description: 'RFC 3339: an instant on timed resources, a date on nightly ones.' });

/** An instant in an answer. */
export const shownInstant = z.string().meta({ format: 'date-time' });

/** A time of day, `HH:MM`. */
export const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'is not a time of day such as 16:00');

/** An IANA zone. Fixed offsets are none: they know no summer time. */
export const timeZone = z
  .string()
  .max(64)
  .refine((name) => /^[A-Z]/.test(name) && isTimeZone(name), 'is not an IANA time zone such as America/New_York')
  .meta({ example: 'America/New_York' });

/** A line of text that people read. */
export const shortText = z.string().trim().min(1).max(200);

/** `true` or `false` in a query. */
export const flag = z.enum(['true', 'false']).transform((value) => value === 'true');
