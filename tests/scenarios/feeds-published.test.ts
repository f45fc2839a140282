import ical from 'node-ical';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Casa } from './casa.ts';

let casa: Casa;

beforeEach(async () => {
  casa = await Casa.open();
});
afterEach(() => casa.close());

/** What a subscriber reads: start and end of each entry. */
async function subscribe(platform: string, resourceIds: readonly string[]): Promise<string[]> {
  const { url } = await casa.api<{ url: string }>('POST', '/v1/publications', { resourceIds, platform });
  const answer = await fetch(url);
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toBe('text/calendar; charset=utf-8');
  const text = await answer.text();
  expect(text).not.toMatch(/Sample Guest|HMKAYA|0101/);
  return Object.values(ical.sync.parseICS(text))
    .filter((entry) => entry?.type === 'VEVENT')
    .map(({ start, end }) => `${dateOf(start)}/${dateOf(end as Date)}`);
}

it('what feeds brought is served as a calendar that others can read, without a guest’s name', async () => {
  const own = [...(await casa.events('kaya')), ...(await casa.events('sol'))].map(
    ({ start, end }) => `${start}/${end}`,
  );
  expect(await subscribe('generic', ['kaya', 'sol'])).toEqual(expect.arrayContaining(own));
});

it('what came from a platform is left out of what is served to it', async () => {
  const served = await subscribe('airbnb', ['kaya']);
  for (const { start, end } of await casa.events('kaya')) expect(served).not.toContain(`${start}/${end}`);
});

/** node-ical gives dates as local midnights. */
function dateOf(date: Date): string {
  const part = (value: number) => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${part(date.getMonth() + 1)}-${part(date.getDate())}`;
}
