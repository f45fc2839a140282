import { addDays } from '@dovetail/core/domain/interval.ts';
import { isSame, type Seen } from './checklist-lines.ts';
import type { ApiCall } from './studio-client.ts';

/** Dates or instants in their canonical form, half-open. */
export interface Span {
  readonly start: string;
  readonly end: string;
}

const DAYS_SEARCHED = 300;

/**
 * The first so many free nights in a row, from `today` + `daysAhead` on, with a free night on either side.
 * @throws Error when there are none within ten months.
 */
export async function findFreeNights(
  wanted: {
    readonly resourceId: string;
    readonly nights: number;
    readonly today: string;
    readonly daysAhead: number;
  },
  api: ApiCall,
): Promise<Span> {
  const { resourceId, nights, today, daysAhead } = wanted;
  const from = addDays(today, daysAhead);
  const query = `nights=${nights + 2}&from=${from}&to=${addDays(from, DAYS_SEARCHED)}`;
  const first = await firstFree(resourceId, query, api);
  return { start: addDays(first.start, 1), end: addDays(first.start, nights + 1) };
}

/** The first free time of so many minutes, from `today` + `daysAhead` on. @throws as `findFreeNights`. */
export function findFreeTime(
  wanted: {
    readonly resourceId: string;
    readonly minutes: number;
    readonly today: string;
    readonly daysAhead: number;
  },
  api: ApiCall,
): Promise<Span> {
  const { resourceId, minutes, today, daysAhead } = wanted;
  const from = addDays(today, daysAhead);
  return firstFree(resourceId, `minutes=${minutes}&from=${from}&to=${addDays(from, 60)}`, api);
}

/** Whether just this time is busy on each of these resources within `window`. */
export async function isBusy(
  resourceIds: readonly string[],
  window: Span,
  busy: readonly Span[],
  api: ApiCall,
): Promise<Seen> {
  const { items } = await api<{ items: { resourceId: string; busy: readonly Span[] }[] }>('POST', '/v1/freebusy', {
    resourceIds,
    from: window.start,
    to: window.end,
  });
  const expected = resourceIds.map((resourceId) => ({ resourceId, busy }));
  const came = items.map(({ resourceId, busy: taken }) => ({
    resourceId,
    busy: taken.map(({ start, end }) => ({ start, end })),
  }));
  return isSame('busy time', came, expected);
}

async function firstFree(resourceId: string, query: string, api: ApiCall): Promise<Span> {
  const path = `/v1/resources/${resourceId}/availability?${query}`;
  const [first] = (await api<{ items: readonly Span[] }>('GET', path)).items;
  if (!first) throw new Error(`"${resourceId}" should have free time, and none is listed: GET ${path}`);
  return first;
}
