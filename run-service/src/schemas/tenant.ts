import { z } from 'zod';
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
  .meta({ description: 'Whose word goes first where two sources want the same time; lower wins.' });

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
  organizer: z.strictObject({ name: z.string(), email: z.string() }).optional(),
  createdAt: z.string(),
});

/** What is to be otherwise; ranks that are not named are the defaults again. */
export const tenantChangeSchema = z
  .strictObject({
    priorities: priorities.exactOptional(),
    organizer: organizer.nullable().exactOptional().meta({ description: 'Null: nobody invites.' }),
  })
  .refine((change) => Object.keys(change).length > 0, 'names nothing to change');
