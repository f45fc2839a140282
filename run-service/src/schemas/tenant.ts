import { z } from 'zod';
import { feedLimitsChange, shownFeedLimits } from './feed-limits.ts';

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

/** The business a key belongs to. */
export const tenantSchema = z.object({
  id: z.string(),
  name: z.string(),
  timeZone: z.string(),
  paused: z.boolean(),
  priorities: shownPriorities,
  feedLimits: shownFeedLimits.meta({ description: 'Those of feeds that have none of their own.' }),
  createdAt: z.string(),
});

/** What is to be otherwise. */
export const tenantChangeSchema = z.strictObject({
  priorities: priorities.exactOptional(),
  feedLimits: feedLimitsChange.nullable().exactOptional().meta({ description: 'Null: all of them the usual ones.' }),
});
