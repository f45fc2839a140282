import fc from 'fast-check';
import { GUEST_EMAIL, GUEST_PHONE, SECRET } from '../service/secrets.ts';
import { GUEST } from './ics-lines.ts';
import type { Json } from './odd-json.ts';
import { nearDate, nearInstant, oddTime, oddZone } from './odd-time.ts';

/** As much of JSON Schema as the API is described with. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly type?: string;
  readonly enum?: readonly Json[];
  readonly const?: Json;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
  readonly format?: string;
  readonly pattern?: string;
}

/** Schemas by the names they are referred to with. */
export type Schemas = Readonly<Record<string, JsonSchema>>;

/** Stands for an id that an answer before told, of what the address is of or of an event; put in when it is sent. */
export const reference = fc.nat(40).map((index) => `⟦${index}⟧`);
const eventReference = fc.nat(40).map((index) => `⟦events ${index}⟧`);
/** Stands for the calendar of the tenant. */
export const CALENDAR_ID = '⟦calendar⟧';

const resourceId = fc.oneof(
  { weight: 30, arbitrary: fc.constantFrom('bay-1', 'bay-2', 'house', 'room') },
  { weight: 1, arbitrary: fc.constantFrom('nowhere', 'x'.repeat(64)) },
);

/** What fields of a name hold, whatever else their schema would let them. */
const BY_NAME: Readonly<Record<string, fc.Arbitrary<Json>>> = {
  resourceId,
  resourceIds: fc.uniqueArray(resourceId, { minLength: 1, maxLength: 4 }),
  id: fc.constantFrom('mine', 'mine-2', 'bay-1', 'x'.repeat(64)),
  winnerEventId: eventReference,
  calendarId: fc.constant(CALENDAR_ID),
  url: fc.constantFrom(
    `https://feeds.test/${SECRET}.ics`,
    `https://feeds.test/other.ics?s=${SECRET}`,
    'https://[::1]/',
    'https://1.1.1.1:99999/',
  ),
  timeZone: oddZone,
  email: fc.constantFrom(GUEST_EMAIL, 'a@b.co', `${'x'.repeat(60)}@${'y'.repeat(60)}.example.com`),
  phone: fc.constantFrom(GUEST_PHONE, '123'),
  title: fc.constantFrom(`${GUEST}'s lesson`, 'Lesson', '🏠 e\u0301', '=1+1', 'a'.repeat(200)),
  name: fc.constantFrom(GUEST, 'Bay', '\u202Ename', 'n'.repeat(200)),
  username: fc.constant(SECRET),
  password: fc.constant(SECRET),
  token: fc.constant(SECRET),
  value: fc.constant(SECRET),
  pageToken: fc.oneof(
    reference.map((text) => `base64:${text}`),
    fc.constantFrom('bm93aGVyZQ', 'x'),
  ),
};

/** Pairs of fields that say a time together. */
const PAIRS = [
  ['start', 'end'],
  ['from', 'to'],
] as const;

/** A start and an end each of dates, of instants, and of whatever; mostly in order. */
const times = fc.record({
  dates: inOrder(nearDate),
  instants: inOrder(nearInstant),
  others: fc.tuple(oddTime, oddTime),
  isOdd: fc.nat(9).map((roll) => roll === 0),
});

function inOrder(time: fc.Arbitrary<string>): fc.Arbitrary<readonly string[]> {
  return fc.record({ pair: fc.tuple(time, time), isSorted: fc.nat(9) }).map(({ pair, isSorted }) => {
    return isSorted === 0 ? pair : pair.toSorted();
  });
}

/** Values that a schema may let pass: most of them do, though what no schema says may be wrong with them. */
export function ofSchema(schema: JsonSchema, schemas: Schemas, name = ''): fc.Arbitrary<Json> {
  if (Object.hasOwn(BY_NAME, name)) return BY_NAME[name] as fc.Arbitrary<Json>;
  const { $ref, anyOf, oneOf, type } = schema;
  if ($ref !== undefined) return ofSchema(schemas[$ref.split('/').at(-1) ?? ''] ?? {}, schemas);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if (schema.const !== undefined) return fc.constant(schema.const);
  const choices = anyOf ?? oneOf;
  if (choices) return fc.oneof(...choices.map((choice) => ofSchema(choice, schemas)));
  switch (type) {
    case 'object':
      return ofObject(schema, schemas);
    case 'array':
      return fc.array(ofSchema(schema.items ?? {}, schemas), {
        minLength: schema.minItems ?? 0,
        maxLength: Math.min(schema.maxItems ?? 4, 4),
      });
    case 'integer':
    case 'number':
      return ofNumber(schema);
    case 'boolean':
      return fc.boolean();
    case 'string':
      return ofString(schema);
    default:
      return fc.constant(null);
  }
}

function ofObject({ properties = {}, required = [] }: JsonSchema, schemas: Schemas): fc.Arbitrary<Json> {
  const fields = Object.fromEntries(
    Object.entries(properties).map(([name, field]) => [
      name,
      required.includes(name)
        ? ofSchema(field, schemas, name)
        : fc.option(ofSchema(field, schemas, name), { nil: undefined, freq: 2 }),
    ]),
  );
  const pair: readonly string[] = PAIRS.find((names) => names.every((name) => name in properties)) ?? [];
  return fc
    .record({ fields: fc.record(fields), times })
    .map(({ fields: drawn, times: { dates, instants, others, isOdd } }) => {
      const known = Object.entries(drawn).filter((entry): entry is [string, Json] => entry[1] !== undefined);
      const ofKind = /room|house/.test(String(drawn['resourceId'] ?? drawn['resourceIds'])) ? dates : instants;
      const chosen = isOdd ? others : ofKind;
      return Object.fromEntries(
        known.map(([name, value]) => [name, pair.includes(name) ? (chosen[pair.indexOf(name)] as Json) : value]),
      );
    });
}

function ofNumber({ minimum, exclusiveMinimum, maximum }: JsonSchema): fc.Arbitrary<Json> {
  const least = minimum ?? (exclusiveMinimum === undefined ? 0 : exclusiveMinimum + 1);
  const most = maximum ?? 2 ** 53 - 1;
  return fc.oneof(
    { weight: 30, arbitrary: fc.integer({ min: least, max: Math.min(most, least + 30) }) },
    { weight: 6, arbitrary: fc.constantFrom(least, most) },
    { weight: 1, arbitrary: fc.constantFrom(least - 1, most + 1, least + 0.5) },
  );
}

function ofString({ format, pattern, maxLength = 200 }: JsonSchema): fc.Arbitrary<Json> {
  if (format === 'date') return nearDate;
  if (format === 'date-time') return nearInstant;
  if (pattern?.includes('[0-5]\\d$')) return fc.constantFrom('09:00', '17:30', '00:00', '23:59');
  if (pattern !== undefined) return resourceId;
  return fc.oneof(
    { weight: 20, arbitrary: fc.constantFrom('word', 'two words', 'a', 'airbnb', 'sync-feed', 'é'.repeat(maxLength)) },
    { weight: 1, arbitrary: fc.constant('a'.repeat(maxLength + 1)) },
  );
}
