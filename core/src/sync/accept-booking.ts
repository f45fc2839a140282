import type { Booking, BookingOrder } from '../domain/booking.ts';
import type { BookingSystemConfig } from '../domain/booking-system-config.ts';
import { InvalidInput, NotFound } from '../domain/errors.ts';
import type { TaskPayloads } from '../ports/task-queue.ts';
import type { Sealer } from '../store/sealed.ts';
import { openText, sealText } from '../store/sealed-text.ts';
import { commitBooking, eventIdOfBooking } from './commit-booking.ts';
import type { SyncDeps } from './deps.ts';
import { enqueueReconciles } from './enqueue-reconciles.ts';
import { keepDeadLetter } from './keep-dead-letter.ts';

export interface AcceptBookingInput {
  readonly tenantId: string;
  readonly systemId: string;
  readonly bookingId: string;
  /** The booking itself, from systems that send it whole and cannot be asked. */
  readonly booking?: Booking;
  readonly webhookId?: string | undefined;
}

/**
 * Something may have changed about a booking: read what is, commit it to the ledger if it is news, and have the
 * calendars driven. Late, doubled and reordered notices end in the same state, because only a later state is committed.
 *
 * A booking that names a resource we do not know frees the time it held and, unless it is cancelled, becomes a dead
 * letter and alerts staff.
 * @throws what the booking system and the store throw; InvalidInput for a booking whose end does not follow its start.
 */
export async function acceptBooking(input: AcceptBookingInput, deps: SyncDeps): Promise<'committed' | 'unchanged'> {
  const { tenantId, systemId, bookingId } = input;
  const config = await deps.store.bookingSystems.get(deps.documents, tenantId, systemId);
  if (!config) {
    deps.log.warn('booking.system-unknown', { tenantId, systemId, bookingId });
    return 'unchanged';
  }
  const booking = input.booking
    ? withPresentResource(input.booking, config)
    : await deps.bookingSystem(config, tenantId)?.get(bookingId);
  if (!booking) {
    deps.log.warn('booking.unknown-to-its-system', { tenantId, systemId, bookingId });
    return 'unchanged';
  }
  return acceptRead({ tenantId, config, booking, webhookId: input.webhookId }, deps);
}

/** A booking that has just been read, or came whole. */
interface ReadBooking {
  readonly tenantId: string;
  readonly config: BookingSystemConfig;
  readonly booking: Booking;
  readonly webhookId?: string | undefined;
}

/** As `acceptBooking`, for a booking that has just been read. */
export async function acceptRead(input: ReadBooking, deps: SyncDeps): Promise<'committed' | 'unchanged'> {
  const outcome = await acceptState(input, deps);
  await endLostPart(input, deps);
  return outcome;
}

/** Takes up that a booking has fewer parts than the ledger knows. Each part that is gone names the one after it. */
async function endLostPart({ tenantId, config, booking }: ReadBooking, deps: SyncDeps): Promise<void> {
  const bookingId = booking.nextPartId;
  if (bookingId === undefined) return;
  const eventId = eventIdOfBooking(config.id, bookingId);
  const known = await deps.store.events.get(deps.documents, tenantId, eventId);
  if (known) await acceptBooking({ tenantId, systemId: config.id, bookingId }, deps);
}

async function acceptState(input: ReadBooking, deps: SyncDeps): Promise<'committed' | 'unchanged'> {
  const { tenantId, config, booking } = input;
  const ids = { tenantId, systemId: config.id, bookingId: booking.id };
  if (booking.start >= booking.end) throw new InvalidInput('the booking ends before it starts', { paths: ['end'] });
  const known = await withKnownResource(tenantId, booking, deps);
  // Of one that is cancelled nothing has to be held, wherever it was.
  if (known.resourceId === undefined && booking.status !== 'cancelled') await reportUnknownResource(input, deps);
  const result = await commitBooking({ ...input, booking: known }, deps);
  const change = result.changes[0];
  if (!change) {
    deps.log.info('booking.unchanged', { direction: 'to-ledger', ...ids });
    return 'unchanged';
  }
  for (const warning of result.warnings) deps.log.warn('ledger.clipped', { ...ids, reason: warning });
  await enqueueReconciles(tenantId, result.marked, deps);
  deps.log.info('booking.committed', {
    direction: 'to-ledger',
    ...ids,
    eventId: change.after.id,
    resourceId: change.after.resourceId,
    count: result.marked.length,
  });
  return 'committed';
}

/** A booking that waited in a task: the system's ids may have been configured since it was sent. */
function withPresentResource(booking: Booking, { resourceIds }: BookingSystemConfig): Booking {
  const { externalResourceId } = booking;
  if (!Object.hasOwn(resourceIds, externalResourceId)) return booking;
  return { ...booking, resourceId: resourceIds[externalResourceId] };
}

/** The booking, its resource left out when the tenant has none by that id or books it in another kind of time. */
async function withKnownResource(tenantId: string, booking: Booking, deps: SyncDeps): Promise<Booking> {
  if (booking.resourceId === undefined) return booking;
  const resource = await deps.store.resources.get(deps.documents, tenantId, booking.resourceId);
  if (!resource) return { ...booking, resourceId: undefined };
  const isDates = booking.start.length === 10;
  if (isDates !== (resource.kind === 'nightly')) {
    throw new InvalidInput(`resource "${resource.id}" is ${resource.kind}; the booking's times are not`, {
      paths: ['start', 'end'],
    });
  }
  return booking;
}

async function reportUnknownResource(input: ReadBooking, deps: SyncDeps): Promise<void> {
  const { tenantId, config, booking } = input;
  // Replayed, the booking is read again as it then is; only one that cannot be asked for is kept.
  const kept = deps.bookingSystem(config, tenantId)
    ? {}
    : { sealedBooking: sealText(deps.sealer, booking, bookingContext(tenantId, config.id)) };
  await keepDeadLetter(
    {
      tenantId,
      queue: 'accept-booking',
      payload: { tenantId, systemId: config.id, bookingId: booking.id, ...kept },
      reason: 'unknown_resource',
      detail: `Booking ${booking.id} names resource "${booking.externalResourceId}", which no resource of this tenant answers to. Add the resource or its id in the booking system's configuration, then replay.`,
      order: { version: booking.version, updatedAt: booking.updatedAt },
    },
    deps,
  );
}

/** What a sealed booking inside a task is bound to. */
export function bookingContext(tenantId: string, systemId: string): string {
  return `accept-booking/${tenantId}/${systemId}`;
}

/**
 * Where the booking a task carries stands among its states; undefined when it carries none, or one that cannot be
 * opened any more.
 */
export function orderOfSealedBooking(
  { tenantId, systemId, sealedBooking }: TaskPayloads['accept-booking'],
  sealer: Sealer,
): BookingOrder | undefined {
  if (sealedBooking === undefined) return undefined;
  try {
    const { version, updatedAt } = openText<Booking>(sealer, sealedBooking, bookingContext(tenantId, systemId));
    return { version, updatedAt };
  } catch (error) {
    if (error instanceof InvalidInput || error instanceof NotFound) return undefined;
    throw error;
  }
}
