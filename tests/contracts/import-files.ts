import type { Reply, RequestOptions, Service } from './run-service-server.ts';

/** A VEVENT as these tests write it: its properties, one a line. */
export type FileEntry = readonly string[];

/** One hour on a day of May 2027, in UTC. */
export function hour(uid: string, day: number, at = 10, ...more: readonly string[]): FileEntry {
  const time = (value: number) => `202705${two(day)}T${two(value)}0000Z`;
  return [`UID:${uid}`, `DTSTART:${time(at)}`, `DTEND:${time(at + 1)}`, ...more];
}

/** A calendar file of these entries. */
export function calendarFile(entries: readonly FileEntry[], head: readonly string[] = []): string {
  const events = entries.flatMap((entry) => ['BEGIN:VEVENT', ...entry, 'END:VEVENT']);
  return ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//Old studio//EN', ...head, ...events, 'END:VCALENDAR', ''].join(
    '\r\n',
  );
}

/** Has a file previewed as the body itself, its options in the query. */
export function preview(
  service: Service,
  file: string | Uint8Array,
  query = '',
  options: RequestOptions = {},
): Promise<Reply> {
  return service.call('previewImport', `/v1/imports?resourceId=bay-1${query}`, {
    body: file,
    ...options,
    headers: { 'content-type': 'text/calendar', ...options.headers },
  });
}

export function commit(service: Service, id: string, body?: object): Promise<Reply> {
  return service.call('commitImport', `/v1/imports/${id}:commit`, body ? { body } : {});
}

/** Previews a file and commits what it shows, whatever that is. */
export async function importFile(service: Service, file: string, query = ''): Promise<Reply> {
  const { body } = await preview(service, file, query);
  return commit(service, body.id, { force: true });
}

/** The resource's own events in May and June, as `start status title` each. */
export async function eventsOf(service: Service, resourceId = 'bay-1', to = '2027-07-01'): Promise<string[]> {
  const events = await service.store.events.query(service.documents, 'loft', {
    where: [{ field: 'resourceId', op: '==', value: resourceId }],
  });
  return events
    .filter(({ start }) => start < to)
    .map(({ start, status, title }) => `${start.slice(5, 16)} ${status} ${title}`)
    .sort();
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
