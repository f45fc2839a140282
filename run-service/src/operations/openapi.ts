import { z } from 'zod';
import {
  createDocument,
  type ZodOpenApiObject,
  type ZodOpenApiOperationObject,
  type ZodOpenApiPathsObject,
} from 'zod-openapi';
import { bookingWebhookSchema } from '../schemas/booking-webhook.ts';
import { problemSchema } from '../schemas/problem.ts';
import type { Operation } from './operation.ts';

/** An OpenAPI document, as plain JSON. */
export type OpenApiDocument = ReturnType<typeof createDocument>;

/** The OpenAPI 3.1 description of the service, made from the schemas that check its requests. */
export function describeApi(operations: readonly Operation[], version: string): OpenApiDocument {
  const paths: Record<string, Record<string, ZodOpenApiOperationObject>> = {};
  for (const operation of operations) {
    paths[operation.path] = { ...paths[operation.path], [operation.method]: describeOperation(operation) };
  }
  const description: ZodOpenApiObject = {
    openapi: '3.1.0',
    info: {
      title: 'Dovetail',
      version,
      description: 'Keeps bookings, calendars and iCalendar feeds in agreement for anything that can be booked.',
    },
    security: [{ key: [] }],
    components: { securitySchemes: { key: { type: 'http', scheme: 'bearer' } } },
    paths: { ...paths, ...PUBLIC_PATHS },
  };
  return createDocument(description, { override: ({ jsonSchema }) => plainSchema(jsonSchema) });
}

/**
 * Takes out what zod says for programs in TypeScript: to OpenAPI, `readOnly` means that a request must not hold the
 * field, and a date's pattern says no more than its format.
 */
function plainSchema(schema: { readOnly?: boolean; format?: string; pattern?: string }): void {
  delete schema.readOnly;
  if (schema.format === 'date' || schema.format === 'date-time') delete schema.pattern;
}

const problem = {
  description: 'A problem document (RFC 9457)',
  content: { 'application/problem+json': { schema: problemSchema } },
};

const WHAT_STATUSES_SAY: Readonly<Record<number, string>> = { 200: 'Done', 201: 'Made', 202: 'Begun', 204: 'Done' };

const idempotencyKey = z
  .string()
  .min(1)
  .max(255)
  .optional()
  .meta({ description: 'Repeating the request under it repeats the answer, for a day.' });

function describeOperation(operation: Operation): ZodOpenApiOperationObject {
  const { body, response, description, otherForm, takesFile } = operation;
  return {
    operationId: operation.id,
    summary: operation.summary,
    description: [...(description === undefined ? [] : [description]), `Takes the role ${operation.role}.`].join(' '),
    tags: [operation.path.split('/')[2] ?? ''],
    requestParams: {
      path: operation.params,
      query: takesFile && body instanceof z.ZodObject ? body.partial() : operation.query,
      ...(operation.method !== 'get' && { header: z.object({ 'Idempotency-Key': idempotencyKey }) }),
    },
    ...(body && { requestBody: takesFile ? describeUpload(body) : describeBody(body) }),
    responses: {
      [operation.status]: {
        description: WHAT_STATUSES_SAY[operation.status] ?? '',
        ...(response && {
          content: {
            'application/json': { schema: response },
            ...(otherForm && { [otherForm.mediaType]: { schema: z.string() } }),
          },
        }),
      },
      default: problem,
    },
  };
}

function describeBody(body: z.ZodType) {
  return { required: !accepts(body, undefined), content: { 'application/json': { schema: body } } };
}

const file = z.string().meta({ format: 'binary', description: 'The calendar file.' });

/** A file by itself, with the fields in the query, or a form with both. */
function describeUpload(fields: z.ZodType) {
  const form = fields instanceof z.ZodObject ? z.object({ file, ...fields.shape }) : z.object({ file });
  return { required: true, content: { 'text/calendar': { schema: file }, 'multipart/form-data': { schema: form } } };
}

function accepts(schema: z.ZodType, value: unknown): boolean {
  return schema.safeParse(value).success;
}

const signed = z.object({
  'webhook-id': z.string(),
  'webhook-timestamp': z.string(),
  'webhook-signature': z.string(),
});

/** What is reached without a key. */
const PUBLIC_PATHS: ZodOpenApiPathsObject = {
  '/health': {
    get: {
      operationId: 'health',
      summary: 'Whether the service and its store answer',
      tags: ['service'],
      security: [],
      responses: {
        200: {
          description: 'Both do',
          content: { 'application/json': { schema: z.object({ status: z.literal('ok'), version: z.string() }) } },
        },
        503: problem,
      },
    },
  },
  '/webhook/bookings/{tenant}/{bookingSystem}': {
    post: {
      operationId: 'receiveBooking',
      summary: 'A booking app says what a booking is now, signed as in Standard Webhooks',
      tags: ['webhooks'],
      security: [],
      requestParams: { path: z.object({ tenant: z.string(), bookingSystem: z.string() }), header: signed },
      requestBody: { required: true, content: { 'application/json': { schema: bookingWebhookSchema } } },
      responses: { 202: { description: 'Taken' }, default: problem },
    },
  },
  '/ics/{token}.ics': {
    get: {
      operationId: 'readPublication',
      summary: 'A publication as iCalendar',
      tags: ['publications'],
      security: [],
      requestParams: { path: z.object({ token: z.string() }) },
      responses: {
        200: { description: 'The calendar', content: { 'text/calendar': { schema: z.string() } } },
        304: { description: 'It is as it was' },
        default: problem,
      },
    },
  },
};
