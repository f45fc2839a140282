import { gzipSync } from 'node:zlib';
import { describeApi } from '@dovetail/run-service/operations/openapi.ts';
import type { Operation } from '@dovetail/run-service/operations/operation.ts';
import { v1Operations } from '@dovetail/run-service/routes/v1/v1-operations.ts';
import fc from 'fast-check';
import { bytesOfIcs, type IcsInput, icsInputs } from './ics-bytes.ts';
import { changedJson, type Json, type JsonChange, jsonChanges, oddValue } from './odd-json.ts';
import { oddText } from './odd-text.ts';
import { type JsonSchema, ofSchema, reference, type Schemas } from './of-schema.ts';

/** A request to an operation, with ids that are still to be put in. */
export interface ApiRequest {
  readonly operation: Operation;
  readonly params: Readonly<Record<string, string>>;
  /** Parameters of the path go as they are, not escaped. */
  readonly isRaw: boolean;
  readonly query: readonly (readonly [string, Json])[];
  readonly body: ApiBody;
  readonly role: 'admin' | 'manager' | 'staff' | 'guest' | 'none' | 'wrong';
  readonly headers: readonly (readonly [string, string])[];
}

export type ApiBody =
  | { readonly type: 'none' }
  | {
      readonly type: 'json';
      readonly value: Json;
      readonly changes: readonly JsonChange[];
      readonly sent: (typeof SENT)[number];
    }
  | { readonly type: 'bytes'; readonly bytes: Uint8Array; readonly contentType: string }
  | { readonly type: 'file'; readonly ics: IcsInput; readonly form: Form | undefined };

/** How a file goes in a form. */
interface Form {
  readonly boundary: string;
  readonly fields: readonly (readonly [string, string])[];
  readonly isWhole: boolean;
}

const ODD_SENT = ['with mark', 'utf-16', 'gzip', 'twice', 'half'] as const;
const SENT = [...Array<'utf-8'>(80).fill('utf-8'), ...ODD_SENT];
const CONTENT_TYPES = [
  'application/json',
  'application/json; charset=utf-16',
  'application/merge-patch+json',
  'text/plain',
  'application/x-www-form-urlencoded',
  'text/calendar',
  'multipart/form-data',
  'multipart/form-data; boundary=x',
  'application/json;',
  '/',
  '',
] as const;

const description = describeApi(v1Operations, '1');
const schemas = (description.components?.schemas ?? {}) as Schemas;

interface DescribedOperation {
  readonly parameters?: readonly { readonly in: string; readonly name: string; readonly schema: JsonSchema }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: JsonSchema }>> };
}

function described({ path, method }: Operation): DescribedOperation {
  const methods = description.paths?.[path] as unknown as Readonly<Record<string, DescribedOperation>>;
  return methods[method] ?? {};
}

const idInPath = fc.oneof(
  { weight: 20, arbitrary: reference },
  { weight: 2, arbitrary: fc.constantFrom('bay-1', 'mine', 'app', 'nothing') },
  { weight: 2, arbitrary: oddText },
);

/** Of what parts of an address are that are not named after it. */
const PART_OF_ANOTHER: Readonly<Record<string, string>> = { deliveryId: 'deliveries' };

function idNamed(name: string): fc.Arbitrary<string> {
  const collection = PART_OF_ANOTHER[name];
  return collection === undefined ? idInPath : idInPath.map((id) => id.replace('⟦', `⟦${collection} `));
}

const ROLES: readonly ApiRequest['role'][] = [
  ...Array<'admin'>(24).fill('admin'),
  ...(['manager', 'staff', 'guest', 'guest', 'none', 'wrong'] as const),
];

const header = fc.oneof(
  fc.tuple(fc.constant('Idempotency-Key'), fc.oneof(fc.constantFrom('k1', 'k2', ''), oddText)),
  fc.tuple(fc.constant('Accept'), fc.constantFrom('text/calendar', '*/*', 'text/calendar;q=2', 'x', '')),
  fc.tuple(fc.constant('X-Request-Id'), oddText),
  fc.tuple(fc.constant('Content-Encoding'), fc.constantFrom('gzip', 'identity', 'br', 'x')),
  fc.tuple(fc.constant('Content-Type'), fc.constantFrom(...CONTENT_TYPES)),
);

const oddBytes = fc.record({
  type: fc.constant('bytes' as const),
  contentType: fc.constantFrom(...CONTENT_TYPES),
  bytes: fc
    .oneof(
      fc.constantFrom(
        '',
        '{',
        '{"a":1}}',
        '[1,]',
        '{"a":1,"a":2}',
        '{"__proto__":{"a":1}}',
        '1e400',
        '"\\uD800"',
        'null',
        'NaN',
        '{"resourceId":1e400}',
      ),
      fc.constantFrom(
        '['.repeat(100_000),
        '{"a":'.repeat(20_000),
        '"'.repeat(1_000),
        ' '.repeat(262_144),
        '0'.repeat(262_145),
      ),
      oddText,
    )
    .map((text) => new TextEncoder().encode(text)),
});

const form: fc.Arbitrary<Form> = fc.record({
  boundary: fc.constantFrom('x', 'x', 'x', '-', 'a'.repeat(70), 'a'.repeat(71), 'a b', '('),
  fields: fc.array(
    fc.tuple(
      fc.constantFrom('resourceId', 'kind', 'replace', 'recurring', 'set', 'file', '', 'a"b', '__proto__'),
      fc.oneof(fc.constantFrom('room', 'bay-1', 'block', 'true', 'keep'), oddText),
    ),
    { maxLength: 4 },
  ),
  isWhole: fc.boolean(),
});

function bodyOf(operation: Operation): fc.Arbitrary<ApiBody> {
  if (operation.takesFile) {
    return fc.oneof(
      {
        weight: 6,
        arbitrary: fc.record({
          type: fc.constant('file' as const),
          ics: icsInputs(),
          form: fc.option(form, { freq: 2, nil: undefined }),
        }),
      },
      { weight: 1, arbitrary: oddBytes },
    );
  }
  const schema = described(operation).requestBody?.content['application/json']?.schema;
  if (!schema)
    return fc.oneof(
      { weight: 8, arbitrary: fc.constant({ type: 'none' as const }) },
      { weight: 1, arbitrary: oddBytes },
    );
  const json = fc.record({
    type: fc.constant('json' as const),
    value: ofSchema(schema, schemas),
    changes: jsonChanges,
    sent: fc.constantFrom(...SENT),
  });
  return fc.oneof(
    { weight: 8, arbitrary: json },
    { weight: 1, arbitrary: oddBytes },
    { weight: 1, arbitrary: fc.constant({ type: 'none' as const }) },
  );
}

function queryOf(operation: Operation): ApiRequest['query'] extends infer Q ? fc.Arbitrary<Q> : never {
  const parameters = (described(operation).parameters ?? []).filter((each) => each.in === 'query');
  const known = parameters.map(({ name, schema }) =>
    fc.option(
      fc.tuple(
        fc.constant(name),
        fc.oneof({ weight: 5, arbitrary: ofSchema(schema, schemas, name) }, { weight: 1, arbitrary: oddValue }),
      ),
      { nil: undefined, freq: 2 },
    ),
  );
  const strange = fc.array(
    fc.tuple(fc.oneof(fc.constantFrom('__proto__', 'from', 'pageSize', 'a[b]', 'x'), oddText), oddValue),
    { maxLength: 2 },
  );
  return fc
    .tuple(fc.tuple(...known), fc.oneof({ weight: 5, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: strange }))
    .map(([drawn, more]) => [...drawn.filter((each) => each !== undefined), ...more]);
}

function requestTo(operation: Operation): fc.Arbitrary<ApiRequest> {
  const names = [...operation.path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  return fc.record({
    operation: fc.constant(operation),
    params: fc.record(Object.fromEntries(names.map((name) => [name, idNamed(name)]))),
    isRaw: fc.oneof({ weight: 15, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
    query: queryOf(operation),
    body: bodyOf(operation),
    role: fc.constantFrom(...ROLES),
    headers: fc.oneof(
      { weight: 9, arbitrary: fc.constant([]) },
      { weight: 1, arbitrary: fc.array(header, { maxLength: 2 }) },
    ),
  });
}

/** Requests to any operation; those that write come more often. */
export const apiRequest: fc.Arbitrary<ApiRequest> = fc.oneof(
  ...v1Operations.map((operation) => ({ weight: operation.method === 'get' ? 1 : 2, arbitrary: requestTo(operation) })),
);

/** The body as bytes, and the type that goes with it. `fill` puts ids in. */
export function bytesOfBody(
  body: ApiBody,
  fill: (text: string) => string,
): { readonly bytes: Uint8Array | undefined; readonly contentType: string | undefined } {
  switch (body.type) {
    case 'none':
      return { bytes: undefined, contentType: undefined };
    case 'bytes':
      return { bytes: body.bytes, contentType: body.contentType };
    case 'json':
      return {
        bytes: sentAs(fill(JSON.stringify(changedJson(body.value, body.changes))), body.sent),
        contentType: 'application/json',
      };
    case 'file':
      return body.form
        ? formOf(body.form, bytesOfIcs(body.ics), fill)
        : {
            bytes: bytesOfIcs(body.ics),
            contentType: `text/calendar${body.ics.charset === undefined ? '' : `; charset=${body.ics.charset}`}`,
          };
  }
}

function sentAs(text: string, sent: (typeof SENT)[number]): Uint8Array {
  switch (sent) {
    case 'utf-8':
      return Buffer.from(text);
    case 'with mark':
      return Buffer.from(`\uFEFF${text}`);
    case 'utf-16':
      return Buffer.from(text, 'utf16le');
    case 'gzip':
      return gzipSync(text);
    case 'twice':
      return Buffer.from(text + text);
    case 'half':
      return Buffer.from(text.slice(0, text.length / 2));
  }
}

function formOf({ boundary, fields, isWhole }: Form, file: Uint8Array, fill: (text: string) => string) {
  const parts = fields.map(([name, value]) =>
    Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${fill(value)}\r\n`),
  );
  const head = Buffer.from(
    `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.ics"\r\nContent-Type: text/calendar\r\n\r\n`,
  );
  const end = Buffer.from(isWhole ? `\r\n--${boundary}--\r\n` : '\r\n');
  return {
    bytes: Buffer.concat([...parts, head, file, end]),
    contentType: `multipart/form-data; boundary=${boundary}`,
  };
}
