import { type BookingRules, type ResourceKind, RULES_OF_KIND } from '@dovetail/core/domain/resource.ts';
import { z } from 'zod';
import type { FieldError } from '../middleware/problem.ts';

const DAY_MINUTES = 24 * 60;
const minutes = (most: number) => z.int().nonnegative().max(most);

/** What bookings of a resource keep to. */
export const bookingRulesSchema = z
  .strictObject({
    bufferBeforeMinutes: minutes(DAY_MINUTES)
      .exactOptional()
      .meta({ description: 'Of timed resources: kept free before each reservation, to set up.' }),
    bufferAfterMinutes: minutes(DAY_MINUTES)
      .exactOptional()
      .meta({ description: 'Of timed resources: kept free after each reservation, to clear up.' }),
    stepMinutes: minutes(DAY_MINUTES).min(5).exactOptional().meta({
      description:
        'Of timed resources: bookings begin at opening time or so many minutes after it, once or several times. Free slots are half an hour apart when absent.',
    }),
    minMinutes: minutes(7 * DAY_MINUTES)
      .min(1)
      .exactOptional(),
    maxMinutes: minutes(7 * DAY_MINUTES)
      .min(1)
      .exactOptional(),
    minNights: z.int().min(1).max(365).exactOptional(),
    maxNights: z.int().min(1).max(730).exactOptional(),
    minNoticeMinutes: minutes(365 * DAY_MINUTES)
      .exactOptional()
      .meta({
        description: 'How long ahead of its start a booking is made at the latest; of a stay, of its first day.',
      }),
    maxDaysAhead: z.int().min(1).max(730).exactOptional().meta({ description: 'Bookings end within so many days.' }),
  })
  .refine(({ minMinutes = 0, maxMinutes = minMinutes }) => minMinutes <= maxMinutes, {
    path: ['maxMinutes'],
    error: 'is less than minMinutes',
  })
  .refine(({ minNights = 0, maxNights = minNights }) => minNights <= maxNights, {
    path: ['maxNights'],
    error: 'is less than minNights',
  })
  .meta({ id: 'BookingRules', description: 'What bookings keep to; what is absent does not restrict.' });

/** The rules that a resource of that kind cannot have. */
export function rulesOfOtherKind(rules: BookingRules | null | undefined, kind: ResourceKind): FieldError[] {
  const other = kind === 'timed' ? 'nightly' : 'timed';
  return RULES_OF_KIND[other]
    .filter((field) => rules?.[field] !== undefined)
    .map((field) => ({ path: `bookingRules.${field}`, detail: `is for ${other} resources` }));
}
