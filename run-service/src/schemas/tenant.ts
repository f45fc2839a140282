import { z } from 'zod';

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
  .meta({ description: 'Whose word goes first where two sources want the same time; lower wins.' });

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
  createdAt: z.string(),
});

/** What is to be otherwise; ranks that are not named are the defaults again. */
export const tenantChangeSchema = z.strictObject({ priorities });
