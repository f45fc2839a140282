import { ROLES } from '@dovetail/core/domain/tenant.ts';
import { z } from 'zod';
import { shortText, shownInstant } from './fields.ts';

const role = z.enum(ROLES).meta({ description: 'What it may do; each role may do what those after it may.' });

/** A key of a tenant, without its secret. */
export const keySchema = z
  .strictObject({
    id: z.string(),
    role,
    label: z.string(),
    createdAt: shownInstant,
    isYours: z.boolean().meta({ description: 'The request came with it.' }),
  })
  .meta({ id: 'Key' });

/** A key that was just made, with its secret. */
export const newKeySchema = keySchema
  .extend({ key: z.string().meta({ description: 'To be sent as `Authorization: Bearer …`. It is shown this once.' }) })
  .meta({ id: 'NewKey' });

/** What a key is to be. */
export const keyDraftSchema = z.strictObject({
  role,
  label: shortText.meta({ description: 'Whose it is, such as "front desk".' }),
});
