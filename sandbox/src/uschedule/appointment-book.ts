import { randomUUID } from 'node:crypto';
import { withoutUndefined } from '@dovetail/core/domain/without-undefined.ts';
import type { Clock } from '@dovetail/core/ports/clock.ts';
import type {
  Appointment,
  AppointmentDraft,
  AppointmentPatch,
  AppointmentQuery,
  AppointmentStatus,
  UScheduleResource,
} from './appointment.ts';
import { type AppointmentPage, listPage } from './list-page.ts';
import { Refusal } from './refusal.ts';

/** What happened to an appointment, in the words of USchedule's webhooks. */
export type AppointmentChange = 'created' | 'updated' | 'cancelled';

/**
 * USchedule's state and rules. Every refusal is a `Refusal` with the status and code of the API. `onChange` hears of
 * each effective change, after it; what changes nothing keeps the version and is not heard of.
 */
export class AppointmentBook {
  readonly #resources: ReadonlyMap<string, UScheduleResource>;
  readonly #clock: Clock;
  readonly #onChange: (change: AppointmentChange, appointment: Appointment) => void;
  readonly #newId: () => string;
  #appointments = new Map<string, Appointment>();
  #locked = new Set<string>();

  constructor(
    resources: readonly UScheduleResource[],
    clock: Clock,
    onChange: (change: AppointmentChange, appointment: Appointment) => void,
    newId = randomId,
  ) {
    this.#resources = new Map(resources.map((resource) => [resource.id, resource]));
    this.#clock = clock;
    this.#onChange = onChange;
    this.#newId = newId;
  }

  resources(): UScheduleResource[] {
    return [...this.#resources.values()];
  }

  /** The zone of a resource that an appointment stands on. */
  zoneOf(resourceId: string): string {
    return this.#resource(resourceId).timeZone;
  }

  /** Every appointment and lock, for a snapshot. */
  state(): { appointments: Appointment[]; locked: string[] } {
    return { appointments: [...this.#appointments.values()], locked: [...this.#locked] };
  }

  /** Replaces everything by a former `state()`. */
  load(state: { readonly appointments: readonly Appointment[]; readonly locked: readonly string[] }): void {
    this.#appointments = new Map(state.appointments.map((appointment) => [appointment.id, appointment]));
    this.#locked = new Set(state.locked);
  }

  /** A locked appointment can be neither changed nor cancelled through the API. */
  setLocked(id: string, locked: boolean): void {
    if (locked) this.#locked.add(this.get(id).id);
    else this.#locked.delete(id);
  }

  get(id: string): Appointment {
    const appointment = this.#appointments.get(id);
    if (!appointment) throw new Refusal(404, 'not_found', `no appointment ${id}`);
    return appointment;
  }

  list(query: AppointmentQuery): AppointmentPage {
    return listPage(this.#appointments.values(), query);
  }

  create(draft: AppointmentDraft, options: { announce: boolean } = { announce: true }): Appointment {
    this.#checkSlot(undefined, draft);
    const now = this.#now();
    const { title, ...rest } = draft;
    const appointment: Appointment = {
      id: `apt_${this.#newId()}`,
      ...rest,
      ...(title === undefined ? {} : { title }),
      version: 1,
      created_at: now,
      updated_at: now,
    };
    this.#appointments.set(appointment.id, appointment);
    if (options.announce) this.#onChange('created', appointment);
    return appointment;
  }

  change(id: string, ifVersion: number, patch: AppointmentPatch): Appointment {
    const known = this.get(id);
    if (known.version !== ifVersion) {
      throw new Refusal(412, 'version_mismatch', `the appointment is at version ${known.version}`);
    }
    const wanted: Appointment = { ...known, ...withoutUndefined(patch) };
    if (sameContent(known, wanted)) return known;
    this.#checkChange(known, wanted);
    return this.#save('updated', wanted);
  }

  cancel(id: string, reason: string | undefined): Appointment {
    const known = this.get(id);
    if (known.status === 'cancelled') return known;
    this.#checkUnlocked(id);
    if (isClosed(known.status)) throw new Refusal(409, 'past', `the appointment is ${known.status}`);
    return this.#save('cancelled', {
      ...known,
      status: 'cancelled',
      ...(reason === undefined ? {} : { cancel_reason: reason }),
    });
  }

  #save(change: AppointmentChange, wanted: Appointment): Appointment {
    const appointment = { ...wanted, version: wanted.version + 1, updated_at: this.#now() };
    this.#appointments.set(appointment.id, appointment);
    this.#onChange(change, appointment);
    return appointment;
  }

  #checkChange(known: Appointment, wanted: Appointment): void {
    this.#checkUnlocked(known.id);
    if (known.status === 'cancelled') throw new Refusal(409, 'cancelled', 'the appointment is cancelled');
    if (wanted.status !== known.status) checkTransition(known.status, wanted.status);
    if (sameContent({ ...known, status: wanted.status }, wanted)) return;
    const now = this.#now();
    if (known.end <= now || wanted.end <= now) throw new Refusal(409, 'past', 'the appointment is over');
    this.#checkSlot(known.id, wanted);
  }

  #checkUnlocked(id: string): void {
    if (this.#locked.has(id)) throw new Refusal(409, 'locked', 'the appointment is locked');
  }

  #checkSlot(id: string | undefined, wanted: { resource_id: string; start: string; end: string }): void {
    this.#resource(wanted.resource_id);
    if (wanted.end <= wanted.start) throw new Refusal(422, 'validation', 'end must be after start');
    for (const other of this.#appointments.values()) {
      if (other.id === id || other.resource_id !== wanted.resource_id || other.status === 'cancelled') continue;
      if (other.start < wanted.end && wanted.start < other.end) {
        throw new Refusal(409, 'slot_taken', `the time is taken by appointment ${other.id}`);
      }
    }
  }

  #resource(id: string): UScheduleResource {
    const resource = this.#resources.get(id);
    if (!resource) throw new Refusal(422, 'validation', `no resource ${id}`);
    return resource;
  }

  #now(): string {
    return new Date(this.#clock.now()).toISOString();
  }
}

function randomId(): string {
  return randomUUID().replaceAll('-', '').slice(0, 16);
}

function isClosed(status: AppointmentStatus): boolean {
  return status === 'completed' || status === 'no_show';
}

function checkTransition(from: AppointmentStatus, to: AppointmentStatus): void {
  const allowed = to === 'confirmed' ? from === 'pending' : !isClosed(from);
  if (!allowed) throw new Refusal(409, 'status_transition', `${from} appointments do not become ${to}`);
}

function sameContent(a: Appointment, b: Appointment): boolean {
  return (
    a.start === b.start &&
    a.end === b.end &&
    a.resource_id === b.resource_id &&
    a.title === b.title &&
    a.status === b.status
  );
}
