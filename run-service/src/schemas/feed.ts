import { z } from 'zod';
import { chosenId, shownInstant } from './fields.ts';

/** Where a feed or publication belongs. */
export const platform = z.enum(['airbnb', 'booking.com', 'vrbo', 'motopress', 'generic']);

/** A feed in an answer. */
export const feedSchema = z
  .strictObject({
    id: z.string(),
    resourceId: z.string(),
    url: z.string().meta({ description: 'Masked: scheme, host and the last four characters.' }),
    platform,
    status: z.enum(['healthy', 'suspect', 'failing', 'parked']),
    paused: z.boolean(),
    lastRun: z
      .strictObject({ id: z.string(), status: z.string(), startedAt: shownInstant, finishedAt: shownInstant })
      .optional(),
    nextPollAt: shownInstant,
    pollMinutes: z.int(),
    counters: z.strictObject({ polls: z.int(), unchanged: z.int(), failures: z.int() }),
    createdAt: shownInstant,
  })
  .meta({ id: 'Feed' });

const LEAST_POLL_MINUTES = 5;
/** Platforms renew their feeds every 15 minutes at best, and frown on more. */
const USUAL_POLL_MINUTES = 15;

/** What begins the reading of a feed. */
export const feedDraftSchema = z.strictObject({
  id: chosenId.optional(),
  resourceId: chosenId,
  url: z
    .string()
    .max(2048)
    // What calendar programs call an address that they subscribe to; it is fetched like any other.
    .transform((url) => url.trim().replace(/^webcals?:\/\//i, 'https://'))
    .refine((url) => URL.canParse(url) && /^https?:$/.test(new URL(url).protocol), 'is not an https address')
    .refine((url) => !URL.canParse(url) || new URL(url).username === '', 'must not contain a user name'),
  platform: platform.default('generic'),
  pollMinutes: z.int().min(LEAST_POLL_MINUTES).max(1440).default(USUAL_POLL_MINUTES),
});
