import type { Operation } from '../../operations/operation.ts';
import { availabilityOperations } from './availability.ts';
import { bindingOperations } from './bindings.ts';
import { blockOperations } from './blocks.ts';
import { bookingSystemOperations } from './booking-systems.ts';
import { bookingOperations } from './bookings.ts';
import { conflictOperations } from './conflicts.ts';
import { deadLetterOperations } from './dead-letters.ts';
import { eventOperations } from './events.ts';
import { feedOperations } from './feeds.ts';
import { importOperations } from './imports.ts';
import { keyOperations } from './keys.ts';
import { proposalOperations } from './proposals.ts';
import { publicationOperations } from './publications.ts';
import { resourceOperations } from './resources.ts';
import { runOperations } from './runs.ts';
import { tenantOperations } from './tenant.ts';
import { webhookOperations } from './webhooks.ts';

/** Every operation of `/v1`. */
export const v1Operations: readonly Operation[] = [
  ...resourceOperations,
  ...availabilityOperations,
  ...bookingOperations,
  ...bookingSystemOperations,
  ...blockOperations,
  ...bindingOperations,
  ...eventOperations,
  ...conflictOperations,
  ...feedOperations,
  ...importOperations,
  ...publicationOperations,
  ...proposalOperations,
  ...runOperations,
  ...deadLetterOperations,
  ...webhookOperations,
  ...keyOperations,
  ...tenantOperations,
];
