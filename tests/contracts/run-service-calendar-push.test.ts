import { TemporarilyUnavailable } from '@dovetail/core/domain/errors.ts';
import { channelToken } from '@dovetail/core/sync/channel-token.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { expectProblem, type Service, startService } from './run-service-server.ts';

let service: Service;
beforeEach(async () => {
  service = await startService();
});
afterEach(() => service.close());

describe('the calendar push', () => {
  const owner = { tenantId: 'loft', bindingId: 'cal-1' };
  const token = channelToken(owner, 'channel-1', 'channel-key');
  const push = (headers: Record<string, string>) => service.send('POST', '/webhook/gcal', { key: null, headers });
  const headersOf = (part: Record<string, string> = {}) => ({
    'x-goog-channel-id': 'channel-1',
    'x-goog-channel-token': token,
    'x-goog-resource-state': 'exists',
    ...part,
  });

  it('schedules a pull of the calendar', async () => {
    expect((await push(headersOf())).status).toBe(204);
    expect(service.tasks.tasks).toMatchObject([
      { queue: 'pull-calendar', payload: { ...owner, trigger: 'push', channelId: 'channel-1' } },
    ]);
  });

  it('joins the pushes of one moment', async () => {
    await push(headersOf());
    await push(headersOf());
    expect(service.tasks.tasks).toHaveLength(1);
  });

  it.each([
    ['an unknown channel', { 'x-goog-channel-id': 'channel-2' }],
    ['a forged token', { 'x-goog-channel-token': `${token.slice(0, -2)}xx` }],
    ["another binding's name under our signature", { 'x-goog-channel-token': token.replace('cal-1', 'cal-2') }],
    ['a token that is nothing', { 'x-goog-channel-token': '...' }],
  ])('answers 204 to %s, and counts it', async (_case, part: Record<string, string>) => {
    const reply = await push(headersOf(part));
    expect([reply.status, reply.text]).toEqual([204, '']);
    expect(service.tasks.tasks).toEqual([]);
    expect(service.log.named('push.ignored')).toHaveLength(1);
    expect(JSON.stringify(service.log.lines)).not.toContain(part['x-goog-channel-token'] ?? token);
  });

  it('answers 204 to a request without the headers, and counts it', async () => {
    expect((await push({})).status).toBe(204);
    expect(service.log.named('push.ignored')).toMatchObject([{ fields: { reason: 'missing_headers' } }]);
  });

  it('does nothing about the message that announces the channel', async () => {
    expect((await push(headersOf({ 'x-goog-resource-state': 'sync' }))).status).toBe(204);
    expect(service.tasks.tasks).toEqual([]);
  });

  it.each([
    ['does not answer', new TemporarilyUnavailable('queue down')],
    ['fails in a way nobody foresaw', new Error('bug')],
  ])('has Google repeat the push when the queue %s', async (_case, failure) => {
    service.tasks.failure = failure;
    const reply = await push(headersOf());
    expectProblem(reply);
    expect(reply.status).toBe(503);
  });
});
