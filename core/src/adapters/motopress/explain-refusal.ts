import { Rejected } from '../../domain/errors.ts';
import { addDays, type Interval, instantOf } from '../../domain/interval.ts';
import { isTaken } from './list-bookings.ts';
import type { MotoPressConnection } from './motopress-client.ts';

/** The stay that was refused, by its dates. */
export interface WantedStay extends Interval {
  readonly accommodations: ReadonlySet<number>;
  /** The booking that was to be changed; absent for a new one. */
  readonly bookingId?: number;
}

/** Of a new booking: the only thing that can be wrong with the date we send is that it is over. */
const BAD_CHECK_IN = 'mphb_rest_invalid_set_check_in_date';
/** Of whatever is found out when a booking is saved: its nights are taken, too many guests, no price for the season. */
const SAVE_FAILED = 'mphb_rest_save_error';

/**
 * The refusal with a reason that staff can act on: `slot_taken`, `past` or `not_bookable`. The plugin has one code for
 * nearly everything, so the reason is looked for where the plugin looks.
 * @throws what the look throws: the caller tries again.
 */
export async function explainRefusal(
  refusal: Rejected,
  wanted: WantedStay,
  connection: MotoPressConnection,
  now: number,
): Promise<Rejected> {
  const because = (reason: string) => new Rejected(refusal.message, { reason, cause: refusal });
  if (refusal.reason === BAD_CHECK_IN) return because('past');
  if (refusal.reason === SAVE_FAILED && (await isTaken(connection, wanted, wanted.bookingId))) {
    return because('slot_taken');
  }
  // The site's own date may be a day behind ours.
  const isPast = wanted.end <= addDays(instantOf(now).slice(0, 10), -1);
  return because(isPast ? 'past' : 'not_bookable');
}
