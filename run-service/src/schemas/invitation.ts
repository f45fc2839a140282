import { isEmailAddress } from '@dovetail/core/domain/email-address.ts';
import { z } from 'zod';
import { shortText } from './fields.ts';

/** An e-mail address without a name. */
export const emailAddress = z
  .string()
  .trim()
  .max(254)
  .refine(isEmailAddress, 'is not an e-mail address such as name@example.com')
  .meta({ format: 'email' });

/** Who is invited, where it is not the booking's guest. */
export const invitationDraftSchema = z
  .strictObject({
    email: emailAddress.optional().meta({ description: "Instead of the guest's own." }),
    name: shortText
      .optional()
      .meta({ description: "Instead of the guest's own, or where an e-mail address is given." }),
  })
  .optional();

/** An invitation in an answer. */
export const invitationSchema = z
  .strictObject({
    method: z.enum(['REQUEST', 'CANCEL']).meta({
      description: 'What the message is (RFC 5546): an invitation or a change of it, or its cancellation.',
    }),
    sequence: z.int().meta({ description: 'Higher in every later state of the booking.' }),
    ics: z.string().meta({
      description:
        'The message. Mailed as a part of the type `text/calendar; method=REQUEST; charset=utf-8`, with the method as above, mail programs offer to take it into the calendar.',
    }),
  })
  .meta({ id: 'Invitation' });
