/** `T` with optional fields that are either absent or have a value. */
export type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> };

/**
 * `value` without the fields that are there but undefined, as zod leaves optional ones; our own types know only absent
 * ones.
 */
export function defined<T extends object>(value: T): Defined<T> {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as Defined<T>;
}
