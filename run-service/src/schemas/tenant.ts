import { z } from 'zod';

/** The business a key belongs to. */
export const tenantSchema = z.object({
  id: z.string(),
  name: z.string(),
  timeZone: z.string(),
  paused: z.boolean(),
  createdAt: z.string(),
});
