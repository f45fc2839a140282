import { z } from 'zod';
import { bookingRulesSchema, rulesOfOtherKind } from './booking-rules.ts';
import { chosenId, shortText, shownInstant, timeOfDay, timeZone } from './fields.ts';

const condition = z
  .strictObject({
    kinds: z
      .array(z.enum(['reservation', 'block', 'maintenance']))
      .min(1)
      .readonly()
      .exactOptional(),
    minNights: z.int().positive().exactOptional(),
    maxNights: z.int().positive().exactOptional(),
    minGuests: z.int().positive().exactOptional(),
    maxGuests: z.int().positive().exactOptional(),
    sources: z
      .array(shortText)
      .min(1)
      .max(50)
      .readonly()
      .exactOptional()
      .meta({ description: 'Platforms, or ids of booking systems and feeds.' }),
  })
  .refine(({ minNights = 0, maxNights = minNights }) => minNights <= maxNights, {
    path: ['maxNights'],
    error: 'is less than minNights',
  })
  .refine(({ minGuests = 0, maxGuests = minGuests }) => minGuests <= maxGuests, {
    path: ['maxGuests'],
    error: 'is less than minGuests',
  })
  .meta({ description: 'Which events come down. It does not bear on `up`.' });

const rule = z.strictObject({
  down: z.enum(['always', 'optional', 'never']).exactOptional(),
  when: condition.exactOptional(),
  up: z
    .union([z.enum(['never', 'all']), z.strictObject({ atLeast: z.int().positive() })])
    .exactOptional()
    .meta({
      description: 'Of parents only: how many of their children must be taken for them to be; at least 1 when absent.',
    }),
});

const relation = z
  .strictObject({
    type: z.enum(['parent', 'adjacent', 'dependent']),
    resourceId: chosenId,
    rule: rule.exactOptional(),
  })
  .refine(({ type, rule: { up } = {} }) => type === 'parent' || up === undefined, {
    path: ['rule', 'up'],
    error: 'is for parents',
  });

const openingHours = z
  .strictObject({
    weekday: z
      .union([z.literal(1), z.literal(2), z.literal(3), z.literal(4), z.literal(5), z.literal(6), z.literal(7)])
      .meta({ description: '1 is Monday.' }),
    opens: timeOfDay,
    closes: timeOfDay
      .or(z.literal('24:00'))
      .meta({ description: 'Hours that close before they open close on the next day.' }),
  })
  .refine(({ opens, closes }) => opens !== closes, { path: ['closes'], error: 'is when it opens' });

const tags = z.array(shortText).max(50).readonly();
const relations = z.array(relation).max(50).readonly();
const hours = z.array(openingHours).max(50).readonly();

/** A resource in an answer. */
export const resourceSchema = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    kind: z.enum(['timed', 'nightly']),
    timeZone: z.string(),
    tags: z.array(z.string()).readonly(),
    checkInTime: z.string().optional(),
    checkOutTime: z.string().optional(),
    relations,
    openingHours: z.array(z.strictObject({ weekday: z.int(), opens: z.string(), closes: z.string() })).readonly(),
    bookingRules: bookingRulesSchema.optional(),
    createdAt: shownInstant,
    updatedAt: shownInstant,
  })
  .meta({ id: 'Resource' });

/** A new resource. */
export const resourceDraftSchema = z
  .strictObject({
    id: chosenId.optional(),
    name: shortText,
    kind: z.enum(['timed', 'nightly']),
    timeZone,
    tags: tags.default([]),
    checkInTime: timeOfDay.optional(),
    checkOutTime: timeOfDay.optional(),
    relations: relations.default([]),
    openingHours: hours.default([]),
    bookingRules: bookingRulesSchema.optional(),
  })
  .superRefine(({ kind, checkInTime, checkOutTime, bookingRules }, context) => {
    for (const { path, detail } of rulesOfOtherKind(bookingRules, kind)) {
      context.addIssue({ code: 'custom', path: path.split('.'), message: detail });
    }
    if (kind === 'nightly') return;
    for (const [path, value] of Object.entries({ checkInTime, checkOutTime })) {
      if (value !== undefined) context.addIssue({ code: 'custom', path: [path], message: 'is for nightly resources' });
    }
  });

/** A field that is absent stays; `null` removes it. The kind of a resource never changes. */
export const resourceChangeSchema = z
  .strictObject({
    name: shortText.optional(),
    timeZone: timeZone.optional(),
    tags: tags.optional(),
    checkInTime: timeOfDay.nullable().optional(),
    checkOutTime: timeOfDay.nullable().optional(),
    relations: relations.optional(),
    openingHours: hours.optional(),
    bookingRules: bookingRulesSchema.nullable().optional(),
  })
  .refine((change) => Object.keys(change).length > 0, 'names nothing to change');
