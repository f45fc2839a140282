import { all, isSame, type Lines } from './checklist-lines.ts';
import { findFreeTime, isBusy, type Span } from './free-time.ts';
import { basic } from './hosted-feed.ts';
import type { ApiAnswer, ApiCall, StudioClient } from './studio-client.ts';

const GUEST_KEY = 'club-guest-key';
const STAFF_KEY = 'club-admin-key';
const COURT = 'court-1';
const GUESTS = 10;
const DAYS_AHEAD = 2;
const GUEST = { name: 'Sample Guest', email: 'guest@guests.example' };

interface Booking {
  readonly id: string;
  readonly status: string;
}

interface Invitation {
  readonly method: string;
  readonly sequence: number;
  readonly ics: string;
}

/** The refusal of a time that is taken. */
interface TimeTaken {
  readonly type: string;
  readonly alternatives?: readonly Span[];
}

/**
 * Walks what a booking app does with Dovetail itself, at a court of `club`: finds an hour, holds it while others want it,
 * confirms, invites the guest, moves and cancels. The court is left as free as it was.
 */
export async function walkDirectBookings(studio: StudioClient, lines: Lines): Promise<void> {
  const walk = new Walk(studio, lines);
  try {
    await walk.findsTime();
    await walk.holds();
    await walk.confirms();
    await walk.invites();
    await walk.moves();
    await walk.cancels();
  } finally {
    await walk.clear();
  }
}

class Walk {
  readonly #studio: StudioClient;
  readonly #lines: Lines;
  readonly #asGuest: ApiCall;
  readonly #asStaff: ApiCall;
  #hour: Span = { start: '', end: '' };
  /** The nearest time that was offered instead. */
  #offered: Span | undefined;
  /** What was booked and not yet cancelled. */
  #booked: Booking[] = [];
  #sequence = -1;

  constructor(studio: StudioClient, lines: Lines) {
    this.#studio = studio;
    this.#lines = lines;
    this.#asGuest = studio.apiOf(GUEST_KEY);
    this.#asStaff = studio.apiOf(STAFF_KEY);
  }

  findsTime(): Promise<void> {
    return this.#lines.check('bookings: asked what is free, a court lists an hour that nobody has', async () => {
      const wanted = { resourceId: COURT, minutes: 60, today: await this.#studio.today(), daysAhead: DAYS_AHEAD };
      this.#hour = await findFreeTime(wanted, this.#asGuest);
      return isBusy([COURT], this.#hour, [], this.#asGuest);
    });
  }

  async holds(): Promise<void> {
    await this.#lines.check(`bookings: of ${GUESTS} who hold that hour at once, one gets it`, async () => {
      const body = { resourceId: COURT, ...this.#hour, hold: true };
      const asked = Array.from({ length: GUESTS }, () => this.#studio.ask(GUEST_KEY, 'POST', '/v1/bookings', body));
      const answers = await Promise.all(asked);
      this.#booked = answers.filter(({ status }) => status === 201).map(({ body: booking }) => booking as Booking);
      const refused = answers.filter(({ status }) => status !== 201);
      this.#offered = (refused[0]?.body as TimeTaken | undefined)?.alternatives?.[0];
      return all(
        isSame('how many got it', this.#booked.length, 1),
        isSame('the winner', this.#booked[0]?.status, 'held'),
        ...refused.map((answer) => this.#isOfferedAnother(answer)),
      );
    });
  }

  confirms(): Promise<void> {
    return this.#lines.line(
      'bookings: confirmed by its guest, it is busy time',
      async () => {
        const path = `/v1/bookings/${this.#booking().id}:confirm`;
        this.#booked = [await this.#asGuest<Booking>('POST', path, { title: 'Match', guest: GUEST })];
      },
      async () =>
        all(
          isSame('the booking', this.#booking().status, 'confirmed'),
          await isBusy([COURT], this.#hour, [this.#hour], this.#asGuest),
        ),
    );
  }

  invites(): Promise<void> {
    return this.#lines.check('bookings: an invitation asks its guest to come', async () => {
      const invitation = await this.#invite();
      return isInvitation(invitation, 'REQUEST', this.#hour);
    });
  }

  async moves(): Promise<void> {
    const offered = this.#offered as Span;
    await this.#lines.line(
      'bookings: moved to the time that was offered instead, the court is busy then',
      () => this.#asStaff('PATCH', `/v1/bookings/${this.#booking().id}`, offered),
      () => isBusy([COURT], offered, [offered], this.#asGuest),
    );
    await this.#lines.check('bookings: the next invitation replaces the one before', async () => {
      const before = this.#sequence;
      const invitation = await this.#invite();
      return all(
        isInvitation(invitation, 'REQUEST', offered),
        invitation.sequence > before || `its sequence should be above ${before} and is ${invitation.sequence}`,
      );
    });
  }

  async cancels(): Promise<void> {
    const { id } = this.#booking();
    const times = [this.#hour, this.#offered as Span];
    await this.#lines.line(
      'bookings: cancelled, its time is free',
      () => this.clear(),
      async () => all(...(await Promise.all(times.map((time) => isBusy([COURT], time, [], this.#asGuest))))),
    );
    await this.#lines.check('bookings: its invitation is called off', async () =>
      isInvitation(await this.#invite(id), 'CANCEL', times[1] as Span),
    );
  }

  /** Cancels what still stands. */
  async clear(): Promise<void> {
    for (const { id } of this.#booked.splice(0)) {
      await this.#asStaff('POST', `/v1/bookings/${id}:cancel`, { reason: 'end of the checklist' });
    }
  }

  #isOfferedAnother({ status, body }: ApiAnswer) {
    const { type, alternatives = [] } = body as TimeTaken;
    return all(
      isSame('the others are answered', [status, type], [409, 'urn:dovetail:problem:time-taken']),
      alternatives.length > 0 || 'the others should be offered another time, and are offered none',
      alternatives.every(({ start, end }) => end <= this.#hour.start || start >= this.#hour.end) ||
        `the others should be offered another time than ${this.#hour.start}, and are offered ${JSON.stringify(alternatives)}`,
    );
  }

  async #invite(id = this.#booking().id): Promise<Invitation> {
    const invitation = await this.#asStaff<Invitation>('POST', `/v1/bookings/${id}:invite`);
    this.#sequence = invitation.sequence;
    return invitation;
  }

  #booking(): Booking {
    const [booking] = this.#booked;
    if (!booking) throw new Error('somebody should have got the hour, and nobody has');
    return booking;
  }
}

/** Long lines are folded (RFC 5545, 3.1). */
function isInvitation({ method, ics }: Invitation, expected: 'REQUEST' | 'CANCEL', { start }: Span) {
  const text = ics.replace(/\r\n[ \t]/g, '');
  return all(
    isSame('the method', method, expected),
    text.includes(`\r\nMETHOD:${expected}\r\n`) || `the message should say METHOD:${expected} and is ${ics}`,
    text.toLowerCase().includes(`mailto:${GUEST.email}`) || `the message should go to ${GUEST.email} and is ${ics}`,
    text.includes(`\r\nDTSTART:${basic(start)}\r\n`) || `the message should begin at ${start} and is ${ics}`,
  );
}
