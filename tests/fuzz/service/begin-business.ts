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
  /** What is done next with what that made. */
  readonly action?: string;
}

/** What staff were told of something they made. */
export interface Told {
  readonly path: string;
  readonly answer: { readonly id?: string };
}

/** What may have been done before. */
export const BEGINNINGS = {
  webhook: {
    path: '/v1/webhooks',
    body: { url: `https://hooks.test/${SECRET}`, types: ['booking.*', 'conflict.*', 'feed.*'] },
  },
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
  binding: { path: '/v1/bindings', body: { id: 'mine', resourceId: 'bay-1', calendarId: '⟦calendar⟧', busyIn: true } },
  import: { path: '/v1/imports?resourceId=bay-2', body: calendarLines.join('\r\n') },
  imported: {
    path: '/v1/imports?resourceId=room&set=before&recurring=keep',
    body: calendarLines.join('\r\n'),
    action: 'commit',
  },
} as const satisfies Readonly<Record<string, Beginning>>;

type BeginningName = keyof typeof BEGINNINGS;

/** What must have been done for there to be something of a collection; webhooks come first, to be told of the rest. */
const LEADS_TO: Readonly<Record<string, readonly BeginningName[]>> = {
  bindings: ['booking', 'binding'],
  blocks: ['block'],
  bookings: ['booking', 'stay', 'hold'],
  conflicts: ['stay', 'imported'],
  'dead-letters': ['booking', 'feed', 'binding', 'import', 'imported'],
  events: ['booking', 'block', 'imported'],
  feeds: ['feed'],
  imports: ['import'],
  proposals: ['booking', 'binding'],
  publications: ['publication'],
  runs: ['feed', 'imported'],
  webhooks: ['webhook', 'booking'],
};

/** The beginnings that lead to what these collections are of, and those that were chosen, in the order they are done. */
export function beginningsFor(collections: readonly string[], chosen: readonly BeginningName[]): BeginningName[] {
  const wanted = new Set([...chosen, ...collections.flatMap((collection) => LEADS_TO[collection] ?? [])]);
  return (Object.keys(BEGINNINGS) as BeginningName[]).filter((name) => wanted.has(name));
}

/** Has staff do these, and the workers what follows. Answers with what they were told, by path. */
export async function begin(
  names: readonly (keyof typeof BEGINNINGS)[],
  tenant: FuzzedTenant,
  service: FuzzedService,
): Promise<Told[]> {
  const told: Told[] = [];
  const post = async (path: string, text: string, type: string) => {
    const answer = await service.client.send({
      method: 'POST',
      target: path,
      headers: [
        ['Authorization', `Bearer ${tenant.key('admin')}`],
        ['Content-Type', type],
      ],
      body: Buffer.from(text),
    });
    if (!answer) return {};
    checkAnswer(path, answer);
    told.push({ path, answer: parsed(answer.body) as Told['answer'] });
    await service.work();
    return told.at(-1)?.answer ?? {};
  };
  for (const name of names) {
    const { path, body, action }: Beginning = BEGINNINGS[name];
    const isText = typeof body === 'string';
    const text = isText ? body : JSON.stringify(body).replace('⟦calendar⟧', tenant.calendarId);
    const { id } = await post(path, text, isText ? 'text/calendar' : 'application/json');
    if (action !== undefined && id !== undefined) {
      await post(`${path.replace(/\?.*/, '')}/${id}:${action}`, '{}', 'application/json');
    }
  }
  return told;
}

/** Operations by their ids. */
export const OPERATIONS = new Map(v1Operations.map((operation) => [operation.id, operation]));
