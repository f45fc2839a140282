import { z } from 'zod';
import { ownFeedLimits, shownFeedLimits } from './feed-limits.ts';
import { chosenId, shownInstant } from './fields.ts';
import { runChangeSchema } from './run.ts';

/** Where a feed or publication belongs. */
export const platform = z.enum(['airbnb', 'booking.com', 'vrbo', 'motopress', 'generic']);

const removing = z.enum(['keep', 'release']);

/** Where a feed seems to come from. */
const detectionSchema = z
  .strictObject({ platform, confidence: z.number(), evidence: z.array(z.string()).readonly() })
  .meta({ id: 'Detection' });

/** A feed in an answer. */
export const feedSchema = z
  .strictObject({
    id: z.string(),
    resourceId: z.string(),
    url: z.string().meta({ description: 'Masked: scheme, host and the last four characters.' }),
    auth: z.enum(['basic', 'bearer', 'header']).optional(),
    platform,
    detection: detectionSchema.optional(),
    status: z.enum(['healthy', 'suspect', 'failing', 'parked']),
    statusReason: z.string().optional().meta({ description: 'Why it is not healthy.' }),
    suspicion: z
      .strictObject({
        reason: z.enum(['emptied', 'halved', 'other-platform']),
        since: shownInstant,
        platform: platform.optional(),
      })
      .optional()
      .meta({ description: 'What it says is not believed yet; `:accept` confirms it.' }),
    paused: z.boolean(),
    removing: removing.optional().meta({ description: 'It is being deleted.' }),
    lastRun: z
      .strictObject({ id: z.string(), status: z.string(), startedAt: shownInstant, finishedAt: shownInstant })
      .optional()
      .meta({ description: 'The last read that found something to tell; others are counted only.' }),
    nextPollAt: shownInstant.optional().meta({ description: 'Absent while it is paused or parked.' }),
    nextReleaseAt: shownInstant
      .optional()
      .meta({ description: 'When what it no longer shows is released, should it still not show it.' }),
    lastChangeAt: shownInstant.optional(),
    pollMinutes: z.int(),
    limits: shownFeedLimits,
    hasOwnLimits: z.boolean().meta({ description: "Otherwise they are the tenant's, and change with them." }),
    counters: z.strictObject({ polls: z.int(), unchanged: z.int(), failures: z.int() }),
    createdAt: shownInstant,
  })
  .meta({ id: 'Feed' });

/** Platforms renew their feeds every 15 minutes at best, and frown on more. */
const pollMinutes = z.int().min(15).max(360);
const USUAL_POLL_MINUTES = 60;

const url = z
  .string()
  .max(2048)
  // What calendar programs call an address that they subscribe to; it is fetched like any other.
  .transform((text) => text.trim().replace(/^webcals?:\/\//i, 'https://'))
  .refine((text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol), 'is not an https address')
  .refine((text) => !URL.canParse(text) || new URL(text).username === '', 'must not contain a user name');

/** Visible ASCII and spaces within: what a header can hold. */
const headerValue = z
  .string()
  .max(4096)
  .regex(/^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/, 'has characters that no header can hold');

const auth = z
  .discriminatedUnion('type', [
    z.strictObject({
      type: z.literal('basic'),
      username: z
        .string()
        .max(256)
        .refine((name) => !name.includes(':'), 'must not contain a colon'),
      password: z.string().max(1024),
    }),
    z.strictObject({ type: z.literal('bearer'), token: headerValue }),
    z.strictObject({
      type: z.literal('header'),
      name: z.string().regex(/^[!#$%&'*+.^_`|~\dA-Za-z-]{1,100}$/, "is not a header's name"),
      value: headerValue,
    }),
  ])
  .meta({ description: 'What its server wants to see. Never shown again.' });

/** What begins the reading of a feed. */
export const feedDraftSchema = z.strictObject({
  id: chosenId.optional(),
  resourceId: chosenId,
  url,
  auth: auth.optional(),
  platform: platform.optional().meta({ description: 'Absent: what the first read finds.' }),
  pollMinutes: pollMinutes.default(USUAL_POLL_MINUTES),
  limits: ownFeedLimits.optional(),
  paused: z
    .boolean()
    .default(false)
    .meta({ description: 'It is not read before `:resume`; `:preview` tells what it says.' }),
});

/** What of a feed can be changed. */
export const feedChangeSchema = z
  .strictObject({
    url,
    auth: auth.nullable().meta({ description: 'Null: its server wants to see nothing.' }),
    platform: platform.nullable().meta({ description: 'Null: what the next read finds.' }),
    pollMinutes,
    limits: ownFeedLimits.nullable().meta({ description: "Null: the tenant's, and none of its own." }),
  })
  .partial();

/** How a feed ends. */
export const removeFeedQuery = z.strictObject({
  events: removing.default('release').meta({
    description:
      '`release` frees the time its events hold from today on, also on calendars that show them; `keep` leaves them in ' +
      'the ledger as they are, and nothing reads them again.',
  }),
});

const lines = z.array(z.string()).readonly();

/** What a read of a feed would do. */
export const feedPreviewSchema = z
  .strictObject({
    platform,
    detection: detectionSchema.optional(),
    status: z.enum(['success', 'partial', 'failed', 'held']),
    counts: z.strictObject({
      seen: z.int(),
      added: z.int(),
      changed: z.int(),
      missing: z.int(),
      released: z.int(),
      setAside: z.int(),
    }),
    changes: z.array(runChangeSchema).readonly(),
    warnings: lines,
    errors: lines,
  })
  .meta({ id: 'FeedPreview', description: 'As the run of that read will tell it, but for conflicts.' });
