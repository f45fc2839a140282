import { z } from 'zod';
import { chosenId, shownTime, time } from './fields.ts';

const interval = z.strictObject({ start: shownTime, end: shownTime });

/** A caller of freebusy may ask about so many resources at a time. */
const MOST_RESOURCES = 50;
/** The longest slot there is: a week. */
export const MOST_MINUTES = 7 * 24 * 60;

/** What free time is asked for. */
export const availabilityQuerySchema = z.strictObject({
  from: time.optional().meta({ description: 'Now when absent. A date is a day of the resource.' }),
  to: time.optional().meta({
    description:
      '31 days after `from` when absent, 400 at most; 69 of a timed resource where bookings begin every five minutes, and so on: an answer has room for 20,000 slots.',
  }),
  minutes: z.coerce
    .number()
    .int()
    .min(1)
    .max(MOST_MINUTES)
    .optional()
    .meta({ description: 'Of timed resources: how long. Their shortest booking when absent, or an hour.' }),
  nights: z.coerce
    .number()
    .int()
    .min(1)
    .max(365)
    .optional()
    .meta({ description: 'Of nightly resources: the least number of nights in a row.' }),
});

/** Free time of one resource, in an answer. */
export const availabilitySchema = z
  .strictObject({
    resourceId: z.string(),
    kind: z.enum(['timed', 'nightly']),
    timeZone: z.string(),
    from: shownTime,
    to: shownTime,
    minutes: z.int().optional().meta({ description: 'Of timed resources: how long each slot is.' }),
    minNights: z.int().optional().meta({ description: 'Of nightly resources: how long the shortest stay is.' }),
    items: z.array(interval).readonly().meta({
      description:
        'Of timed resources every slot that can be booked, by its start; they may overlap. Of nightly ones the stretches of free nights in which a stay fits, `end` being the last day to check out.',
    }),
  })
  .meta({ id: 'Availability' });

/** Which resources' busy time is asked for, and when. */
export const freeBusyQuerySchema = z.strictObject({
  resourceIds: z.array(chosenId).min(1).max(MOST_RESOURCES).readonly(),
  from: time,
  to: time,
});

/** Busy time of several resources, in an answer. It says nothing of what is behind it. */
export const freeBusySchema = z
  .strictObject({
    items: z
      .array(z.strictObject({ resourceId: z.string(), busy: z.array(interval).readonly() }))
      .readonly()
      .meta({ description: 'In the order they were asked for; busy intervals in order, none touching another.' }),
  })
  .meta({ id: 'FreeBusy' });
