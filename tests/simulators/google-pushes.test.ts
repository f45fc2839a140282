import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BAY, type GoogleServer, OTHER_BAY, refusalOf, START, startGoogle } from '../contracts/google-server.ts';
import { type PushReceiver, startPushReceiver } from '../contracts/push-receiver.ts';

const TIMES = { start: { dateTime: '2027-05-01T14:00:00Z' }, end: { dateTime: '2027-05-01T15:00:00Z' } };
const WEEK_MS = 7 * 86_400_000;
/** Long enough for changes to be announced. */
const A_MOMENT_MS = 300;

describe('pushes of the Google simulator', () => {
  let google: GoogleServer;
  let receiver: PushReceiver;
  beforeEach(async () => {
    google = await startGoogle();
    receiver = await startPushReceiver();
  });
  afterEach(async () => {
    await google.close();
    await receiver.close();
  });

  async function watch(channel: object = {}, calendarId = BAY) {
    const requestBody = { id: 'channel-1', type: 'web_hook', address: receiver.address, token: 'secret', ...channel };
    return (await google.owner.events.watch({ calendarId, requestBody })).data;
  }
  const insert = (calendarId = BAY) => google.owner.events.insert({ calendarId, requestBody: TIMES });
  const aMomentLater = () => google.clock.advance(A_MOMENT_MS);

  it('begin with a sync message, then tell that something changed, in headers alone', async () => {
    const channel = await watch();
    await aMomentLater();
    await insert();
    await aMomentLater();
    expect(receiver.states()).toEqual(['sync', 'exists']);
    const [sync, exists] = receiver.received;
    expect(sync).toMatchObject({ method: 'POST', body: '', headers: { 'x-goog-message-number': '1' } });
    expect(exists).toMatchObject({ method: 'POST', body: '' });
    expect(exists?.headers).toMatchObject({
      'x-goog-channel-id': 'channel-1',
      'x-goog-channel-token': 'secret',
      'x-goog-channel-expiration': new Date(Number(channel.expiration)).toUTCString(),
      'x-goog-resource-id': channel.resourceId,
      'x-goog-resource-uri': `https://www.googleapis.com/calendar/v3/calendars/${encodeURIComponent(BAY)}/events?alt=json`,
    });
    expect(exists?.headers['user-agent']).toMatch(/^APIs-Google/);
    expect(Number(exists?.headers['x-goog-message-number'])).toBeGreaterThan(1);
  });

  it('cover a burst of changes with one message, whoever wrote them', async () => {
    await watch();
    await aMomentLater();
    await Promise.all([insert(), insert(), insert()]);
    await aMomentLater();
    expect(receiver.states()).toEqual(['sync', 'exists']);
    await insert();
    await aMomentLater();
    expect(receiver.states()).toEqual(['sync', 'exists', 'exists']);
  });

  it('go to every channel on the calendar, and to none on another', async () => {
    await watch({ id: 'channel-1' });
    await watch({ id: 'channel-2', token: null });
    await watch({ id: 'channel-3' }, OTHER_BAY);
    await aMomentLater();
    receiver.received.length = 0;
    await insert();
    await aMomentLater();
    const channels = receiver.received.map(({ headers }) => headers['x-goog-channel-id']);
    expect(channels.sort()).toEqual(['channel-1', 'channel-2']);
    const tokens = receiver.received.map(({ headers }) => headers['x-goog-channel-token']);
    expect(tokens).toContain(undefined);
  });

  it('answer a watch with what was granted: a week at most', async () => {
    const channel = await watch({ expiration: String(START + 30 * 86_400_000) });
    expect(channel).toMatchObject({ kind: 'api#channel', id: 'channel-1', token: 'secret' });
    expect(channel.resourceId).toEqual(expect.any(String));
    expect(channel.expiration).toMatch(/^\d+$/);
    expect(Number(channel.expiration) - google.clock.now()).toBeLessThanOrEqual(WEEK_MS);
    expect(Number(channel.expiration) - google.clock.now()).toBeGreaterThan(WEEK_MS - 60_000);
    const expiration = String(START + 3_600_000);
    expect(await watch({ id: 'channel-2', expiration })).toMatchObject({ expiration, resourceId: channel.resourceId });
    const short = await watch({ id: 'channel-3', params: { ttl: '60' } });
    expect(Number(short.expiration) - google.clock.now()).toBeLessThanOrEqual(60_000);
  });

  it.each([
    ['a channel without an id', { id: null }, 'required'],
    ['an id that is too long', { id: 'x'.repeat(65) }, 'invalid'],
    ['another type', { type: 'carrier_pigeon' }, 'push.channelTypeNotSupported'],
    ['an address without https', { address: 'http://example.com/hook' }, 'push.webhookUrlNotHttps'],
    ['a token that is too long', { token: 'x'.repeat(257) }, 'invalid'],
    ['an expiry in the past', { expiration: String(START - 1) }, 'invalid'],
  ])('refuse %s', async (_, channel, reason) => {
    expect(await refusalOf(watch(channel))).toMatchObject({ status: 400, reason });
  });

  it('refuse an id that a live channel has', async () => {
    const { resourceId } = await watch();
    expect(await refusalOf(watch())).toMatchObject({ status: 400, reason: 'channelIdNotUnique' });
    await google.owner.channels.stop({ requestBody: { id: 'channel-1', resourceId: resourceId! } });
    expect(await watch()).toMatchObject({ id: 'channel-1' });
  });

  it('end when the channel is stopped, which takes both of its ids', async () => {
    const { resourceId } = await watch();
    await aMomentLater();
    const stop = (id: string, resource: string) =>
      google.owner.channels.stop({ requestBody: { id, resourceId: resource } });
    expect(await refusalOf(stop('channel-1', 'another'))).toMatchObject({ status: 404, reason: 'notFound' });
    expect((await stop('channel-1', resourceId!)).status).toBe(204);
    expect(await refusalOf(stop('channel-1', resourceId!))).toMatchObject({ status: 404 });
    await insert();
    await aMomentLater();
    expect(receiver.states()).toEqual(['sync']);
  });

  it('end when the channel expires, by itself or by force', async () => {
    await watch({ params: { ttl: '60' } });
    await google.clock.advance(61_000);
    await insert();
    await aMomentLater();
    await watch({ id: 'channel-2' });
    await aMomentLater();
    google.control.expireChannels();
    await insert();
    await aMomentLater();
    expect(receiver.states()).toEqual(['sync', 'sync']);
  });

  it.each([500, 502, 503, 504])('are sent again after a %s, under the same number', async (status) => {
    await watch();
    await aMomentLater();
    receiver.answers.push(status, status);
    await insert();
    await google.clock.advance(10_000);
    expect(receiver.states()).toEqual(['sync', 'exists', 'exists', 'exists']);
    const numbers = receiver.received.map(({ headers }) => headers['x-goog-message-number']);
    expect(new Set(numbers).size).toBe(2);
  });

  it.each([400, 404, 429, 301])('are not sent again after a %s', async (status) => {
    await watch();
    await aMomentLater();
    receiver.answers.push(status);
    await insert();
    await google.clock.advance(60_000);
    expect(receiver.states()).toEqual(['sync', 'exists']);
  });

  it('are sent again when nobody answers', async () => {
    const gone = await startPushReceiver();
    await gone.close();
    await watch({ address: gone.address });
    await aMomentLater();
    expect(google.clock.isSettled(5_000)).toBe(false);
    await google.clock.advance(60_000);
    expect(google.clock.isSettled(5_000)).toBe(true);
  });

  it('can be dropped, doubled and delayed', async () => {
    await watch();
    await aMomentLater();
    receiver.received.length = 0;
    google.control.setPushMode({ mode: 'drop' });
    await insert();
    await aMomentLater();
    expect(receiver.states()).toEqual([]);
    google.control.setPushMode({ mode: 'duplicate' });
    await insert();
    await aMomentLater();
    expect(receiver.states()).toEqual(['exists', 'exists']);
    google.control.setPushMode({ mode: 'delay', ms: 30_000 });
    await insert();
    await aMomentLater();
    expect(receiver.states()).toHaveLength(2);
    await google.clock.advance(30_000);
    expect(receiver.states()).toHaveLength(3);
  });

  it('keep the studio unsettled until they have arrived', async () => {
    await watch();
    await aMomentLater();
    await insert();
    expect(google.clock.isSettled(5_000)).toBe(false);
    await aMomentLater();
    expect(google.clock.isSettled(5_000)).toBe(true);
  });
});
