import type { z } from 'zod';
import { type FieldError, Problem } from './problem.ts';

/** So many errors are named in the detail; all are in `errors`. */
const NAMED = 5;

/**
 * `value` as `schema` reads it.
 * @throws Problem `invalid-request` naming each offending field.
 */
export function check<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw invalidFields(result.error.issues.flatMap(fieldErrorsOf));
}

/** The refusal of a request whose fields cannot be used. */
export function invalidFields(errors: readonly FieldError[]): Problem {
  const named = errors.slice(0, NAMED).map(({ path, detail }) => `${path || 'body'}: ${detail}`);
  const rest = errors.length > NAMED ? `; and ${errors.length - NAMED} more` : '';
  return new Problem('invalid-request', `${named.join('; ')}${rest}.`, { errors });
}

function fieldErrorsOf(issue: z.core.$ZodIssue): FieldError[] {
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: [...path, key].join('.'), detail: 'there is no such field' }));
  }
  const { message } = issue;
  return [{ path: path.join('.'), detail: `${message.slice(0, 1).toLowerCase()}${message.slice(1)}` }];
}
