import { conflictIdOf } from '@dovetail/core/domain/conflict.ts';
import type { LedgerEvent } from '@dovetail/core/domain/event.ts';
import { holdsTime } from '@dovetail/core/domain/event.ts';
import { overlaps } from '@dovetail/core/domain/interval.ts';
import { ledgerWindow, pagedMonths, pageLineOf } from '@dovetail/core/ledger/page-changes.ts';
import { auditCalendar } from '@dovetail/core/sync/audit-calendar.ts';
import { eventIdOfBooking } from '@dovetail/core/sync/commit-booking.ts';
import { type Bay, LOFT_BAYS } from '../studio/loft-bays.ts';
import { bindingOfBay, calendarOfBay } from './open-world.ts';
import type { Play } from './play.ts';
import { surplusOf } from './surplus-of.ts';
import { eventsOf, timeOfEvent, toldBy, toldUnlessCancelled } from './told.ts';
import { SYSTEM, TENANT, type World } from './world.ts';

/** So many may vanish from a calendar before staff are asked. */
const MOST_UNASKED = 5;

/** Everything that is wrong once faults have stopped and all is quiet; nothing when all sides agree. */
export async function checkAgreement(world: World, play: Play): Promise<string[]> {
  const events = await world.store.events.query(world.documents, TENANT);
  return [
    ...checkBookings(world, play, await proposedEvents(world, play)),
    ...checkMistakes(world, play),
    ...checkCalendars(world, play),
    ...checkLedger(world, play, events),
    ...(await checkPages(world, events)),
    ...(await checkConflicts(world, events)),
    ...(await checkRest(world)),
    ...(await checkAudits(world)),
  ];
}

/** The booking system says what the edits lead to. */
function checkBookings(world: World, play: Play, proposed: ReadonlySet<string>): string[] {
  const known = new Set(play.bookings.map(({ id }) => id));
  const strangers = world.book.state().appointments.filter(({ id }) => !known.has(id));
  return [
    ...strangers.map(({ id }) => `booking ${id} was made by nobody`),
    ...play.bookings.flatMap((booking) =>
      booking.faultsOf(
        toldUnlessCancelled(world.book.get(booking.id)),
        play.bookings,
        proposed.has(eventIdOfBooking(SYSTEM, booking.id)),
      ),
    ),
  ];
}

/** Many that were deleted at once were held for staff, who wanted them back. */
function checkMistakes(world: World, play: Play): string[] {
  const fallen = play.bookings.filter((booking) =>
    booking.fellToMistake(toldUnlessCancelled(world.book.get(booking.id))),
  );
  return fallen.length <= MOST_UNASKED * play.decisions.mistakes
    ? []
    : [
        `${fallen.length} bookings were cancelled that were deleted at once, and staff wanted back: ${fallen.map(({ id }) => id).join(', ')}`,
      ];
}

/** Events of which staff were told, in this round, that something was refused: what they were told before was put aside. */
async function proposedEvents({ store, documents }: World, { decisions }: Play): Promise<ReadonlySet<string>> {
  const standing = await store.proposals.query(documents, TENANT);
  return new Set([...standing.map(({ eventId }) => eventId), ...decisions.toldOf]);
}

/** The calendars say what the booking system says, and beside it what is staff's own. */
function checkCalendars(world: World, play: Play): string[] {
  const wanted: string[] = [];
  const shown: string[] = [];
  for (const { id } of play.bookings) {
    const appointment = world.book.get(id);
    const { bay, time, title } = toldBy(appointment);
    if (appointment.status !== 'cancelled') wanted.push(`booking ${id} on bay ${bay}: ${time} ${title}`);
    for (const { bay: on, event } of eventsOf(id, world)) {
      shown.push(`booking ${id} on bay ${on}: ${timeOfEvent(event)} ${event.summary}`);
      const note = play.events.notes.get(`${event.id} on bay ${on}`);
      if (note !== undefined && event.description !== note) shown.push(`the note on ${id} reads ${event.description}`);
    }
  }
  for (const { bay, id, time, summary } of play.own.standing)
    wanted.push(`own ${id} on bay ${bay}: ${time} ${summary}`);
  for (const bay of LOFT_BAYS) {
    const own = world.google.standing(calendarOfBay(bay)).filter(({ extendedProperties }) => !extendedProperties);
    shown.push(...own.map((event) => `own ${event.id} on bay ${bay}: ${timeOfEvent(event)} ${event.summary}`));
  }
  return differences('the calendars', wanted, shown);
}

function checkLedger(world: World, play: Play, events: readonly LedgerEvent[]): string[] {
  const wanted = play.bookings.map(({ id }) => {
    const appointment = world.book.get(id);
    const { bay, time, title } = toldBy(appointment);
    const status = appointment.status === 'cancelled' ? 'cancelled' : 'active';
    return `${eventIdOfBooking(SYSTEM, id)} ${status} on bay-${bay}: ${time} ${title}`;
  });
  const held = events.map(
    ({ id, status, resourceId, start, end, title }) => `${id} ${status} on ${resourceId}: ${start}/${end} ${title}`,
  );
  return differences('the ledger', wanted, held);
}

async function checkPages(world: World, events: readonly LedgerEvent[]): Promise<string[]> {
  const window = ledgerWindow(world.time.now());
  const wrong: string[] = [];
  for (const bay of LOFT_BAYS) {
    const own = events.filter(({ resourceId }) => resourceId === `bay-${bay}`);
    const months = [...new Set(own.flatMap((event) => pagedMonths(event, window).months))];
    for (const page of await world.store.pages.getMany(world.documents, TENANT, `bay-${bay}`, months)) {
      const touching = own.filter((event) => pagedMonths(event, window).months.includes(page.month));
      const lines = touching.map(pageLineOf).filter((line) => line !== null);
      wrong.push(...differences(`page ${page.month} of bay ${bay}`, lines.map(asText), page.lines.map(asText)));
    }
  }
  return wrong;
}

/** Two that want the same time never stand without a record of it. */
async function checkConflicts(world: World, events: readonly LedgerEvent[]): Promise<string[]> {
  const conflicts = new Set((await world.store.conflicts.query(world.documents, TENANT)).map(({ id }) => id));
  const holding = events.filter(holdsTime);
  return holding.flatMap((a) =>
    holding
      .filter((b) => a.id < b.id && a.resourceId === b.resourceId && overlaps(a, b))
      .filter((b) => !conflicts.has(conflictIdOf(a.id, b.id)))
      .map((b) => `${a.id} and ${b.id} want the same time, and nobody is told`),
  );
}

/** Nothing waits, nothing was given up. */
async function checkRest({ store, documents }: World): Promise<string[]> {
  const mappings = await store.mappings.query(documents, TENANT);
  const bindings = await store.bindings.query(documents, TENANT);
  const deadLetters = await store.deadLetters.query(documents, TENANT);
  const waits = mappings.filter(({ dirty, inbound }) => dirty !== undefined || inbound !== undefined);
  return [
    ...waits.map((mapping) => `mapping ${mapping.id} still waits: ${JSON.stringify(mapping)}`),
    ...mappings.filter(({ parked }) => parked !== undefined).map(({ id }) => `mapping ${id} is parked`),
    ...(bindings.length === LOFT_BAYS.length ? [] : [`there are ${bindings.length} bindings`]),
    ...bindings.filter(({ state }) => state !== 'active').map(({ id, state }) => `binding ${id} is ${state}`),
    ...bindings.filter(({ removalsHeldAt }) => removalsHeldAt !== undefined).map(({ id }) => `${id} holds removals`),
    ...deadLetters.map(({ queue, reason, detail }) => `a dead letter of ${queue}: ${reason} ${detail}`),
  ];
}

async function checkAudits({ deps }: World): Promise<string[]> {
  const wrong: string[] = [];
  for (const bay of LOFT_BAYS) {
    const input = { tenantId: TENANT, bindingId: bindingOfBay(bay), dryRun: true };
    const { findings } = await auditCalendar(input, deps);
    wrong.push(...findings.map((finding) => `the audit of bay ${bay} found ${JSON.stringify(finding)}`));
  }
  return wrong;
}

/** Bookings with more than one event on a bay's calendar at this moment. */
export function checkDoubles(world: World, bay: Bay, play: Play): string[] {
  const seen = new Set<string>();
  return world.google.standing(calendarOfBay(bay)).flatMap(({ extendedProperties }) => {
    const id = extendedProperties?.private?.['uscheduleAppointmentId'];
    if (id == null || play.mayBeDoubled(id)) return [];
    if (seen.has(id)) return [`booking ${id} stands twice on the calendar of bay ${bay}`];
    seen.add(id);
    return [];
  });
}

function differences(where: string, wanted: readonly string[], found: readonly string[]): string[] {
  const [lacking, surplus] = [surplusOf(wanted, found), surplusOf(found, wanted)];
  return [
    ...lacking.map((one) => `${where} lack: ${one}`),
    ...surplus.map((one) => `${where} should not have: ${one}`),
  ];
}

function asText(line: object): string {
  return JSON.stringify(Object.entries(line).sort(([a], [b]) => (a < b ? -1 : 1)));
}
