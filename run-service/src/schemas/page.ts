import { z } from 'zod';

const MOST_ITEMS = 500;
const USUAL_ITEMS = 100;

/** The query parameters of every list; `pageToken` is read into the id of the last item of the page before. */
export const pageFields = {
  pageSize: z.coerce.number().int().min(1).max(MOST_ITEMS).default(USUAL_ITEMS),
  pageToken: z
    .string()
    .max(400)
    .transform((token, context) => {
      const id = Buffer.from(token, 'base64url').toString('utf8');
      if (pageTokenOf(id) === token && USABLE_ID.test(id)) return id;
      context.issues.push({ code: 'custom', message: 'is not one that a list gave out', input: token });
      return z.NEVER;
    })
    .optional(),
};

const USABLE_ID = /^[A-Za-z0-9][A-Za-z0-9~-]{0,255}$/;

/** Where a list goes on after the item `id`. */
export function pageTokenOf(id: string): string {
  return Buffer.from(id).toString('base64url');
}

/** The answer of a list. */
export function pageOf<T extends z.ZodType>(item: T) {
  return z.strictObject({ items: z.array(item).readonly(), nextPageToken: z.string().optional() });
}
