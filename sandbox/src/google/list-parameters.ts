import { z } from 'zod';
import { isTimeZone, readInstantParameter } from './event-times.ts';
import { GoogleApiError, invalid, timeRangeEmpty } from './google-error.ts';

const flag = z.enum(['true', 'false']).transform((value) => value === 'true');
const many = z.union([z.string().transform((one) => [one]), z.array(z.string())]);

/** The query parameters of `events.list`; unknown ones are ignored, as Google ignores them. */
const listQuerySchema = z.object({
  singleEvents: flag.optional(),
  showDeleted: flag.optional(),
  showHiddenInvitations: flag.optional(),
  maxResults: z.coerce.number().int().positive().optional(),
  maxAttendees: z.coerce.number().int().positive().optional(),
  orderBy: z.enum(['startTime', 'updated']).optional(),
  q: z.string().optional(),
  iCalUID: z.string().optional(),
  privateExtendedProperty: many.optional(),
  sharedExtendedProperty: many.optional(),
  eventTypes: many.optional(),
  timeZone: z.string().optional(),
  timeMin: z.string().optional(),
  timeMax: z.string().optional(),
  updatedMin: z.string().optional(),
  syncToken: z.string().optional(),
  pageToken: z.string().optional(),
});

type ListQuery = z.infer<typeof listQuerySchema>;

/** A checked query. Times are milliseconds since 1970. */
export interface ListParameters extends Omit<ListQuery, 'timeMin' | 'timeMax' | 'updatedMin' | 'maxResults'> {
  readonly maxResults: number;
  readonly timeMin: number | undefined;
  readonly timeMax: number | undefined;
  readonly updatedMin: number | undefined;
  /**
   * The parameters that must be the same in every read that continues this one. The size of a page is not among them,
   * and neither is `showDeleted`, which changes nothing once there is a sync token.
   */
  readonly boundTo: string;
  /** False for a filtered or ordered read: Google gives no sync token for what it would refuse beside one. */
  readonly givesSyncToken: boolean;
}

const USUAL_PAGE = 250;
const LARGEST_PAGE = 2500;
/** Reference of `events.list`, parameter `syncToken`. */
const FORBIDDEN_WITH_SYNC_TOKEN = [
  'iCalUID',
  'orderBy',
  'privateExtendedProperty',
  'q',
  'sharedExtendedProperty',
  'timeMin',
  'timeMax',
  'updatedMin',
] as const;

/**
 * The parameters of a list request.
 * @throws GoogleApiError 400 for values that cannot be, and for combinations that may not be.
 */
export function readListParameters(query: unknown): ListParameters {
  const checked = listQuerySchema.safeParse(query);
  if (!checked.success) {
    const parameter = String(checked.error.issues[0]?.path[0] ?? 'query');
    throw invalid(`Invalid value for parameter ${parameter}.`, parameter);
  }
  const { timeMin, timeMax, updatedMin, maxResults, ...rest } = checked.data;
  refuseRestrictedSync(checked.data);
  if (rest.timeZone !== undefined && !isTimeZone(rest.timeZone)) throw invalid('Invalid time zone.', 'timeZone');
  if (rest.orderBy === 'startTime' && !rest.singleEvents) {
    throw invalid('The requested ordering is not available for the particular query.', 'orderBy');
  }
  const window = {
    timeMin: timeMin === undefined ? undefined : readInstantParameter(timeMin, 'timeMin'),
    timeMax: timeMax === undefined ? undefined : readInstantParameter(timeMax, 'timeMax'),
    updatedMin: updatedMin === undefined ? undefined : readInstantParameter(updatedMin, 'updatedMin'),
  };
  if (window.timeMin !== undefined && window.timeMax !== undefined && window.timeMax <= window.timeMin) {
    throw timeRangeEmpty('timeMax');
  }
  const { singleEvents = false, showHiddenInvitations = false, maxAttendees, eventTypes, timeZone } = rest;
  const filters = [
    rest.iCalUID,
    rest.orderBy,
    rest.privateExtendedProperty,
    rest.q,
    rest.sharedExtendedProperty,
    updatedMin,
  ];
  return {
    ...rest,
    ...window,
    maxResults: Math.min(maxResults ?? USUAL_PAGE, LARGEST_PAGE),
    boundTo: JSON.stringify([singleEvents, showHiddenInvitations, maxAttendees, eventTypes, timeZone]),
    givesSyncToken: filters.every((filter) => filter === undefined),
  };
}

function refuseRestrictedSync(query: ListQuery): void {
  if (query.syncToken === undefined) return;
  const restricted = FORBIDDEN_WITH_SYNC_TOKEN.some((name) => query[name] !== undefined);
  if (restricted || query.showDeleted === false) throw restrictedSync();
}

/** 400 for a sync token beside parameters that it does not go with. */
export function restrictedSync(): GoogleApiError {
  const message = 'Sync token cannot be used with request restrictions.';
  const where = { locationType: 'parameter', location: 'syncToken' } as const;
  return new GoogleApiError(400, { domain: 'calendar', reason: 'syncTokenWithRequestRestrictions', message, ...where });
}
