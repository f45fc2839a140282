import { z } from 'zod';
import { feedLimitsChange, shownFeedLimits } from './feed-limits.ts';
import { shortText } from './fields.ts';
import { emailAddress } from './invitation.ts';

const rank = z.int().min(0).max(99);
const platformRanks = z.strictObject({
  airbnb: rank.exactOptional(),
  'booking.com': rank.exactOptional(),
  vrbo: rank.exactOptional(),
  motopress: rank.exactOptional(),
  generic: rank.exactOptional(),
});

const priorities = z
  .strictObject({
    motopressApi: rank.exactOptional(),
    manual: rank.exactOptional(),
    feeds: platformRanks.exactOptional(),
  })
  .meta({
    description:
      'Whose word goes first where two sources want the same time; lower wins. Ranks that are not named are the usual ones ' +
      'again.',
  });

const shownPriorities = z.strictObject({
  motopressApi: z.int(),
  manual: z.int(),
  feeds: z.record(z.string(), z.int()),
});

const organizer = z
  .strictObject({ name: shortText, email: emailAddress })
  .meta({ description: 'Who invites guests: named in invitations, whose replies go to that address.' });

/** The business a key belongs to. */
export const tenantSchema = z.object({
  id: z.string(),
  name: z.string(),
  timeZone: z.string(),
  paused: z.boolean(),
  priorities: shownPriorities,
  feedLimits: shownFeedLimits.meta({ description: 'Those of feeds that have none of their own.' }),
  organizer: z.strictObject({ name: z.string(), email: z.string() }).optional(),
  createdAt: z.string(),
});

/** What is to be otherwise. */
export const tenantChangeSchema = z.strictObject({
  priorities: priorities.exactOptional(),
  feedLimits: feedLimitsChange.nullable().exactOptional().meta({ description: 'Null: all of them the usual ones.' }),
  organizer: organizer.nullable().exactOptional().meta({ description: 'Null: nobody invites.' }),
});
