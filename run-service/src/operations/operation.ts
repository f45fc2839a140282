import type { Role } from '@dovetail/core/domain/tenant.ts';
import { z } from 'zod';
import type { AppDeps } from '../app-deps.ts';
import type { UploadedFile } from '../middleware/read-upload.ts';

/** The methods that operations are asked with. */
export type Method = 'get' | 'post' | 'patch' | 'delete';

/** A request as its schemas read it. The key it came with has decided the tenant and the role. */
export interface OperationInput<P, Q, B> {
  readonly tenantId: string;
  readonly role: Role;
  /** Of the key it came with, which is not its secret. */
  readonly keyId: string;
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  /** Of operations that take a file. */
  readonly file?: UploadedFile;
  readonly idempotencyKey: string | undefined;
  /** An id for what the request makes: a new one, but the same for the same `Idempotency-Key`. */
  readonly freshId: () => string;
}

/** The answer as something else than JSON. */
export interface OtherForm<A> {
  /** What callers name in `Accept`. */
  readonly mediaType: string;
  readonly write: (answer: A) => { readonly contentType: string; readonly text: string };
}

interface OperationSpec<P extends z.ZodObject, Q extends z.ZodObject, B extends z.ZodType, R extends z.ZodType> {
  /** Unique; a verb and a noun, such as `pauseBinding`. */
  readonly id: string;
  readonly method: Method;
  /** As OpenAPI writes it: `/v1/bindings/{id}:pause`. */
  readonly path: string;
  /** The least role that may do it. */
  readonly role: Role;
  readonly summary: string;
  /** What a caller should know beside it, in whole sentences. */
  readonly description?: string;
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
  /** It takes a calendar file, alone or in a form; the fields of `body` are then those of the form and of the query. */
  readonly takesFile?: true;
  /** 200 when absent; 204 goes without a `response`. */
  readonly status?: 200 | 201 | 202 | 204;
  readonly response?: R;
  /** Another form of the answer, for callers who ask for its media type. */
  readonly otherForm?: OtherForm<z.input<R>>;
  /** Does it, and answers with the body. */
  readonly handle: (input: OperationInput<z.output<P>, z.output<Q>, z.output<B>>, deps: AppDeps) => Promise<z.input<R>>;
}

/**
 * One thing a program can ask of `/v1`, declared once: express serves it, OpenAPI describes it, and tests walk the table
 * of all of them. Requests are checked against the schemas; answers are typed by theirs.
 */
export interface Operation {
  readonly id: string;
  readonly method: Method;
  readonly path: string;
  readonly role: Role;
  readonly summary: string;
  readonly description: string | undefined;
  readonly params: z.ZodObject;
  readonly query: z.ZodObject;
  readonly body: z.ZodType | undefined;
  readonly takesFile: boolean;
  readonly status: number;
  readonly response: z.ZodType | undefined;
  readonly otherForm: OtherForm<unknown> | undefined;
  readonly handle: (input: OperationInput<unknown, unknown, unknown>, deps: AppDeps) => Promise<unknown>;
}

type NoFields = z.ZodObject<Record<never, z.ZodType>>;
const NO_FIELDS: NoFields = z.strictObject({});

/** An operation, its handler typed by its own schemas. */
export function defineOperation<
  P extends z.ZodObject = NoFields,
  Q extends z.ZodObject = NoFields,
  B extends z.ZodType = z.ZodUndefined,
  R extends z.ZodType = z.ZodVoid,
>(spec: OperationSpec<P, Q, B, R>): Operation {
  return {
    id: spec.id,
    method: spec.method,
    path: spec.path,
    role: spec.role,
    summary: spec.summary,
    description: spec.description,
    params: spec.params ?? NO_FIELDS,
    query: spec.query ?? NO_FIELDS,
    body: spec.body,
    takesFile: spec.takesFile ?? false,
    status: spec.status ?? 200,
    response: spec.response,
    // It is given what the handler answered.
    otherForm: spec.otherForm as unknown as Operation['otherForm'],
    // Whoever calls it has parsed the input with these very schemas.
    handle: spec.handle as unknown as Operation['handle'],
  };
}
