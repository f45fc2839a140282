import { all, isSame, type Lines, type Seen } from './checklist-lines.ts';
import type { Span } from './free-time.ts';
import { basic } from './hosted-feed.ts';
import type { ApiCall, StudioClient } from './studio-client.ts';

/** A stay that stands in the ledger of `casa`, and the platform that sold it. */
export interface SoldStay {
  readonly resourceId: string;
  readonly stay: Span;
  readonly soldOn: 'airbnb';
}

/** A publication with its address, which is told once. */
interface Publication {
  readonly id: string;
  readonly url: string;
}

/** Subscribes to a room as two platforms would, and reads what they are told of a stay; then ends both subscriptions. */
export async function walkPublications(studio: StudioClient, lines: Lines, sold: SoldStay): Promise<void> {
  const api = studio.apiOf('casa-admin-key');
  const made: Publication[] = [];
  const publish = async (platform: string) => {
    const body = { resourceIds: [sold.resourceId], platform };
    const publication = await api<Publication>('POST', '/v1/publications', body);
    made.push(publication);
    return publication;
  };
  try {
    const other = await publish('booking.com');
    const own = await publish(sold.soldOn);
    await readsStay(lines, sold, other, own);
    await readsAgain(lines, other);
    await endsSubscription(lines, api, other);
    made.shift();
  } finally {
    for (const { id } of made) await api('DELETE', `/v1/publications/${id}`);
  }
}

async function readsStay(lines: Lines, { stay }: SoldStay, other: Publication, own: Publication): Promise<void> {
  await lines.line(
    'publications: another platform that subscribes is told of the stay',
    async () => {},
    async () => shows(await fetch(other.url), stay, true),
  );
  await lines.check('publications: the platform that sold it is not told of its own', async () =>
    shows(await fetch(own.url), stay, false),
  );
}

async function readsAgain(lines: Lines, { url }: Publication): Promise<void> {
  await lines.check('publications: whoever has it already is answered 304, without a body', async () => {
    const etag = (await fetch(url)).headers.get('etag') ?? '';
    const again = await fetch(url, { headers: { 'if-none-match': etag } });
    return isSame(`the answer to If-None-Match ${etag}`, [again.status, await again.text()], [304, '']);
  });
  await lines.check('publications: an address that nobody was given answers 404', async () => {
    const unknown = url.replace(/[^/]+(?=\.ics$)/, (token) => [...token].reverse().join(''));
    return isSame('the answer', (await fetch(unknown)).status, 404);
  });
}

function endsSubscription(lines: Lines, api: ApiCall, { id, url }: Publication): Promise<void> {
  return lines.line(
    'publications: an address that was taken back answers 404',
    () => api('DELETE', `/v1/publications/${id}`),
    async () => isSame('the answer', (await fetch(url)).status, 404),
  );
}

async function shows(answer: Response, { start, end }: Span, isShown: boolean): Promise<Seen> {
  const text = await answer.text();
  const times = `DTSTART;VALUE=DATE:${basic(start)}\r\nDTEND;VALUE=DATE:${basic(end)}\r\n`;
  return all(
    isSame('the status', answer.status, 200),
    isSame('the type', answer.headers.get('content-type'), 'text/calendar; charset=utf-8'),
    text.endsWith('END:VCALENDAR\r\n') || `a whole calendar should come, and ${JSON.stringify(text)} came`,
    text.includes(times) === isShown ||
      `the calendar should ${isShown ? '' : 'not '}show ${start} to ${end} and is ${JSON.stringify(text)}`,
  );
}
