import { v1Operations } from '@dovetail/run-service/routes/v1/v1-operations.ts';
import { GUEST } from '../inputs/ics-lines.ts';
import { checkAnswer, parsed } from './check-answer.ts';
import type { FuzzedService } from './fuzzed-service.ts';
import type { FuzzedTenant } from './fuzzed-tenant.ts';
import { GUEST_EMAIL, GUEST_PHONE, SECRET } from './secrets.ts';
import { calendarLines } from './shown-calendar.ts';

/** One thing a business did before, as requests of its staff. */
interface Beginning {
  readonly path: string;
  readonly body: unknown;
}

/** What staff were told of something they made. */
export interface Told {
  readonly path: string;
  readonly answer: { readonly id?: string };
}

/** What may have been done before. */
export const BEGINNINGS = {
  booking: {
    path: '/v1/bookings',
    body: {
      resourceId: 'bay-1',
      start: '2027-05-10T10:00:00Z',
      end: '2027-05-10T11:00:00Z',
      title: GUEST,
      guest: { name: GUEST, email: GUEST_EMAIL, phone: GUEST_PHONE },
    },
  },
  stay: {
    path: '/v1/bookings',
    body: { resourceId: 'room', start: '2027-05-12', end: '2027-05-16', guest: { name: GUEST } },
  },
  block: { path: '/v1/blocks', body: { resourceId: 'room', start: '2027-06-01', end: '2027-06-30' } },
  feed: {
    path: '/v1/feeds',
    body: { resourceId: 'room', url: `https://feeds.test/${SECRET}.ics`, platform: 'airbnb' },
  },
  hold: {
    path: '/v1/bookings',
    body: { resourceId: 'bay-2', start: '2027-05-10T10:00:00Z', end: '2027-05-10T11:00:00Z', hold: true },
  },
  publication: { path: '/v1/publications', body: { resourceIds: ['house', 'room'], platform: 'generic' } },
  webhook: {
    path: '/v1/webhooks',
    body: { url: `https://hooks.test/${SECRET}`, types: ['booking.*', 'conflict.*', 'feed.*'] },
  },
  binding: { path: '/v1/bindings', body: { id: 'mine', resourceId: 'bay-1', calendarId: '⟦calendar⟧', busyIn: true } },
  import: { path: '/v1/imports?resourceId=bay-2', body: calendarLines.join('\r\n') },
} as const satisfies Readonly<Record<string, Beginning>>;

/** Has staff do these, and the workers what follows. Answers with what they were told, by path. */
export async function begin(
  names: readonly (keyof typeof BEGINNINGS)[],
  tenant: FuzzedTenant,
  service: FuzzedService,
): Promise<Told[]> {
  const told: Told[] = [];
  for (const name of names) {
    const { path, body }: Beginning = BEGINNINGS[name];
    const text = typeof body === 'string' ? body : JSON.stringify(body).replace('⟦calendar⟧', tenant.calendarId);
    const answer = await service.client.send({
      method: 'POST',
      target: path,
      headers: [
        ['Authorization', `Bearer ${tenant.key('admin')}`],
        ['Content-Type', typeof body === 'string' ? 'text/calendar' : 'application/json'],
      ],
      body: Buffer.from(text),
    });
    if (!answer) continue;
    checkAnswer(path, answer);
    told.push({ path, answer: parsed(answer.body) as Told['answer'] });
    await service.work();
  }
  return told;
}

/** Operations by their ids. */
export const OPERATIONS = new Map(v1Operations.map((operation) => [operation.id, operation]));
