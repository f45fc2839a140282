import { DEFAULT_FEED_LIMITS } from '@dovetail/core/domain/feed-limits.ts';
import { z } from 'zod';

const limits = z.strictObject({
  minNights: z.int().min(1).max(30).meta({ description: 'Shorter entries are taken with a warning.' }),
  maxNights: z.int().min(1).max(730).meta({ description: 'Longer entries are taken with a warning.' }),
  daysAhead: z.int().min(1).max(750).meta({ description: 'What reaches further is held until there.' }),
  daysBack: z.int().min(0).max(60).meta({ description: 'What ended before is left out.' }),
});

const usual = Object.entries(DEFAULT_FEED_LIMITS)
  .map(([name, value]) => `${name} ${value}`)
  .join(', ');

/** All limits that apply, in an answer. */
export const shownFeedLimits = limits;

/** A feed's own. */
export const ownFeedLimits = limits.partial().meta({
  description: `Limits of its own, which later changes of the tenant's do not touch. Those not named: what the tenant has chosen, or ${usual}.`,
});

/** What of a tenant's limits is to be otherwise. */
export const feedLimitsChange = z
  .strictObject({
    minNights: limits.shape.minNights.nullable(),
    maxNights: limits.shape.maxNights.nullable(),
    daysAhead: limits.shape.daysAhead.nullable(),
    daysBack: limits.shape.daysBack.nullable(),
  })
  .partial()
  .meta({ description: `Those not named stay; null: the usual one, which is ${usual}.` });
