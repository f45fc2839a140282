import type { Booking } from '../domain/booking.ts';
import type { Content, ContentField } from '../domain/content.ts';
import { AccessRevoked, NotFound, PreconditionFailed, Rejected, TemporarilyUnavailable } from '../domain/errors.ts';
import type { LedgerEvent } from '../domain/event.ts';
import { instantOf } from '../domain/interval.ts';
import type { BookingChange } from '../ports/booking-system.ts';
import type { Write } from '../ports/document-store.ts';
import { commitBooking, isNews } from './commit-booking.ts';
import type { SyncDeps } from './deps.ts';
import { enqueueReconciles } from './enqueue-reconciles.ts';
import type { ReconcileWork, SystemSource } from './reconcile-work.ts';

/**
 * How the booking system answered: it did, or it refused, or (`moved-on`) the booking had been changed: it took time to
 * find that out, so what was to be done may be overtaken too.
 */
export type SourceAnswer = 'done' | 'moved-on' | { readonly refused: string };

type AskDeps = Pick<SyncDeps, 'documents' | 'store' | 'clock' | 'newId' | 'tasks' | 'log'>;
type AskedWork = Pick<ReconcileWork, 'tenantId' | 'event' | 'binding'>;

/** What the booking system said: how the booking is now, why it refuses, or nothing, because it moved on meanwhile. */
type Said =
  | { readonly booking: Booking; readonly wasNewer: boolean }
  | { readonly booking?: undefined; readonly refused?: string };

/**
 * Reads the booking, lets `act` change it, and commits what the booking system then says, with `writes` in the same
 * transaction. A booking that had already changed is committed instead, without them, and everything is planned again.
 * @param isDone whether a booking that had changed is what `act` made of it before, and its answer was lost.
 * @throws RateLimited, TemporarilyUnavailable; and what `commitBooking` and the queue throw, which says nothing about
 * the booking system.
 */
export async function askSource(
  work: AskedWork,
  source: SystemSource,
  writes: readonly Write[],
  deps: AskDeps,
  act: (booking: Booking) => Promise<Booking>,
  isDone: (booking: Booking) => boolean = () => false,
): Promise<SourceAnswer> {
  const said = await readAndAct(work, source, deps, act, isDone);
  if (!said.booking) return said.refused === undefined ? 'moved-on' : { refused: said.refused };
  await commitAnswer(work, source, said, said.wasNewer ? [] : writes, deps);
  return said.wasNewer ? 'moved-on' : 'done';
}

/** Reads the booking and, unless that is news to us, lets `act` change it. */
async function readAndAct(
  work: AskedWork,
  source: SystemSource,
  deps: AskDeps,
  act: (booking: Booking) => Promise<Booking>,
  isDone: (booking: Booking) => boolean,
): Promise<Said> {
  const event = work.event as LedgerEvent;
  try {
    const booking = await source.system.get(event.source.externalUid);
    if (!booking) return { refused: 'unknown_booking' };
    const isNewer = isNews(booking, source.config, event, instantOf(deps.clock.now()));
    if (isNewer) return { booking, wasNewer: !isDone(booking) };
    return { booking: await act(booking), wasNewer: false };
  } catch (error) {
    if (error instanceof PreconditionFailed) return {};
    if (error instanceof Rejected) return { refused: error.reason };
    if (error instanceof NotFound) return { refused: 'unknown_booking' };
    if (!(error instanceof AccessRevoked)) throw error;
    deps.log.alert('booking-system.access-revoked', { ...idsOf(work), systemId: source.config.id });
    throw new TemporarilyUnavailable('the booking system refuses our credentials', { cause: error });
  }
}

/** Commits what the booking system said, and has the other calendars driven. */
async function commitAnswer(
  work: AskedWork,
  { config }: SystemSource,
  { booking, wasNewer }: Extract<Said, { booking: Booking }>,
  writes: readonly Write[],
  deps: AskDeps,
): Promise<void> {
  const { tenantId, binding } = work;
  const { marked } = await commitBooking({ tenantId, config, booking, writes }, deps);
  const others = marked.filter(({ bindingId }) => bindingId !== binding.id);
  await enqueueReconciles(tenantId, others, deps);
  const action = wasNewer ? 'booking.was-newer' : 'booking.changed';
  deps.log.info(action, { ...idsOf(work), resourceId: booking.resourceId });
}

function idsOf({ tenantId, event, binding }: AskedWork) {
  const { id, source } = event as LedgerEvent;
  return {
    direction: 'to-source',
    tenantId,
    bookingId: source.externalUid,
    eventId: id,
    bindingId: binding.id,
  } as const;
}

/** The named fields of `content`, as a booking system is asked for them. */
export function changeOf(content: Content, fields: readonly ContentField[]): BookingChange {
  return {
    ...(fields.includes('interval') && { interval: { start: content.start, end: content.end } }),
    ...(fields.includes('resource') && { resourceId: content.resourceId }),
    ...(fields.includes('title') && { title: content.title }),
  };
}
