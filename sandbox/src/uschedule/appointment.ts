import { Temporal } from 'temporal-polyfill';
import { z } from 'zod';

/** One thing USchedule books. */
export interface UScheduleResource {
  readonly id: string;
  readonly name: string;
  /** IANA name; the times of its appointments are answered with this zone's offset. */
  readonly timeZone: string;
}

export type AppointmentStatus = 'pending' | 'confirmed' | 'cancelled' | 'completed' | 'no_show';

/** An appointment as the simulator keeps it: USchedule's own field names, every time in UTC with milliseconds. */
export interface Appointment {
  readonly id: string;
  readonly external_ref: string | null;
  readonly resource_id: string;
  readonly service_id: string | null;
  readonly start: string;
  readonly end: string;
  readonly status: AppointmentStatus;
  readonly customer: { readonly id: string | null; readonly name: string } | null;
  readonly title?: string;
  readonly cancel_reason?: string;
  readonly version: number;
  readonly created_at: string;
  readonly updated_at: string;
}

/** An appointment as the API answers it. */
export interface WireAppointment extends Appointment {
  readonly time_zone: string;
}

const time = z.iso.datetime({ offset: true }).transform((value) => new Date(value).toISOString());
const title = z.string().max(200);

/** Body of `POST /v1/appointments`. */
export const draftSchema = z.strictObject({
  resource_id: z.string(),
  start: time,
  end: time,
  title: title.optional(),
  external_ref: z.string().max(200).nullable().default(null),
  service_id: z.string().max(200).nullable().default(null),
  customer: z
    .strictObject({ id: z.string().max(200).nullable().default(null), name: z.string().min(1).max(200) })
    .nullable()
    .default(null),
  status: z.enum(['pending', 'confirmed']).default('confirmed'),
});

/** Body of `PATCH /v1/appointments/{id}`; `status` is how the studio's own staff confirm and close appointments. */
export const patchSchema = z.strictObject({
  resource_id: z.string().optional(),
  start: time.optional(),
  end: time.optional(),
  title: title.optional(),
  status: z.enum(['confirmed', 'completed', 'no_show']).optional(),
});

/** Query of `GET /v1/appointments`. */
export const listSchema = z.strictObject({
  updated_since: time.optional(),
  cursor: z.string().max(500).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(200),
  include: z.literal('cancelled').optional(),
});

export type AppointmentDraft = z.output<typeof draftSchema>;
export type AppointmentPatch = z.output<typeof patchSchema>;
export type AppointmentQuery = z.output<typeof listSchema>;

/** The appointment as the API answers it: start and end with the offset of the resource's zone. */
export function toWire(appointment: Appointment, timeZone: string): WireAppointment {
  return {
    ...appointment,
    start: withOffset(appointment.start, timeZone),
    end: withOffset(appointment.end, timeZone),
    time_zone: timeZone,
  };
}

function withOffset(instant: string, timeZone: string): string {
  return Temporal.Instant.from(instant).toZonedDateTimeISO(timeZone).toString({ timeZoneName: 'never' });
}
