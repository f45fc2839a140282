import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { createUScheduleBookingSystem } from '@dovetail/core/adapters/uschedule/uschedule-booking-system.ts';
import { parseUScheduleWebhook } from '@dovetail/core/adapters/uschedule/uschedule-webhook.ts';
import type { BookingSystem } from '@dovetail/core/ports/booking-system.ts';
import { Webhook } from 'standardwebhooks';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startUSchedule, type UScheduleServer, WEBHOOK_SECRET } from '../contracts/uschedule-server.ts';

const DRAFT = { resourceId: '1', start: '2027-05-01T13:00:00Z', end: '2027-05-01T14:00:00Z' };

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** The studio's time at which it came. */
  readonly at: number;
}

describe("the USchedule simulator's webhooks", () => {
  let server: UScheduleServer;
  let receiver: Server;
  let bookings: BookingSystem;
  let received: Received[];
  /** What the receiver answers; the last one from then on. */
  let answers: number[];
  let subscribed: boolean;

  beforeEach(async () => {
    received = [];
    answers = [202];
    subscribed = true;
    receiver = createServer(async (request, response) => {
      received.push({ headers: request.headers, body: await text(request), at: server.clock.now() });
      response.writeHead((answers.length > 1 ? answers.shift() : answers[0]) ?? 202, { location: '/' }).end();
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => receiver.once('listening', resolve));
    const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/webhook/uschedule/loft`;
    server = await startUSchedule({ webhookUrl: () => (subscribed ? url : undefined) });
    bookings = createUScheduleBookingSystem({
      baseUrl: server.baseUrl,
      apiKey: async () => 'the-key',
      tenantHeader: 'loft',
      resourceIds: {},
    });
  });
  afterEach(async () => {
    await server.close();
    receiver.closeAllConnections();
    await new Promise((resolve) => receiver.close(resolve));
  });

  const settled = async () => expect(await server.clock.settled(0, 20_000)).toBe(true);
  const announced = () => received.map(({ body }) => parseUScheduleWebhook(JSON.parse(body)));

  it('announces every effective change, and only those', async () => {
    const { id } = await bookings.create(DRAFT, 'a');
    await bookings.change(id, { title: 'x' }, 1);
    await bookings.change(id, { title: 'x' }, 2);
    await bookings.cancel(id, 'rain');
    await bookings.cancel(id, 'rain');
    await settled();
    expect(announced().toSorted((a, b) => (a.version ?? 0) - (b.version ?? 0))).toEqual([
      { type: 'appointment.created', bookingId: id, version: 1 },
      { type: 'appointment.updated', bookingId: id, version: 2 },
      { type: 'appointment.cancelled', bookingId: id, version: 3 },
    ]);
  });

  it('signs as Standard Webhooks, in real time', async () => {
    await bookings.create(DRAFT, 'a');
    await settled();
    const [webhook] = received;
    const headers = webhook!.headers as Record<string, string>;
    expect(new Webhook(WEBHOOK_SECRET).verify(webhook!.body, headers)).toMatchObject({
      type: 'appointment.created',
      timestamp: expect.stringMatching(/^2027-05-01T08:00:/),
    });
    expect(() => new Webhook(`whsec_${btoa('another secret')}`).verify(webhook!.body, headers)).toThrow();
  });

  it('says nothing about what was there from the start', async () => {
    server.control.seedAppointments([{ resource_id: '1', start: DRAFT.start, end: DRAFT.end }]);
    await settled();
    expect(received).toEqual([]);
  });

  it('tries again on its schedule until it is heard, under one id', async () => {
    answers = [500, 302, 404, 202];
    await bookings.create(DRAFT, 'a');
    await settled();
    await server.clock.advance(24 * 3_600_000);
    const waits = received.slice(1).map(({ at }, index) => Math.round((at - received[index]!.at) / 1000));
    expect(waits).toEqual([5, 300, 1800]);
    expect(new Set(received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect(server.control.deliveryAttempts().map(({ attempt, status }) => [attempt, status])).toEqual([
      [1, 500],
      [2, 302],
      [3, 404],
      [4, 202],
    ]);
  });

  it('gives up after its last attempt', async () => {
    answers = [503];
    await bookings.create(DRAFT, 'a');
    await settled();
    await server.clock.advance(7 * 24 * 3_600_000);
    expect(received).toHaveLength(7);
    expect(server.control.snapshot().webhooks).toEqual([]);
  });

  it('keeps the studio from being settled while an attempt is near', async () => {
    answers = [503, 503, 202];
    await bookings.create(DRAFT, 'a');
    await settled();
    expect(server.clock.isSettled(5_000)).toBe(false);
    await server.clock.advance(5_000);
    expect(received).toHaveLength(2);
    expect(server.clock.isSettled(5_000)).toBe(true);
  });

  it('goes on trying when nobody listens', async () => {
    receiver.closeAllConnections();
    await new Promise((resolve) => receiver.close(resolve));
    await bookings.create(DRAFT, 'a');
    await settled();
    expect(server.control.deliveryAttempts()).toMatchObject([{ attempt: 1, status: undefined }]);
    expect(server.control.snapshot().webhooks).toMatchObject([{ attempt: 2 }]);
  });

  it('drops, doubles and delays when told to', async () => {
    server.control.setDelivery({ mode: 'drop' });
    const { id } = await bookings.create(DRAFT, 'a');
    server.control.setDelivery({ mode: 'duplicate' });
    await bookings.change(id, { title: 'x' }, 1);
    await settled();
    expect(announced().map(({ version }) => version)).toEqual([2, 2]);
    expect(received[0]!.headers['webhook-id']).toBe(received[1]!.headers['webhook-id']);

    server.control.setDelivery({ mode: 'delay', ms: 60_000 });
    await bookings.change(id, { title: 'y' }, 2);
    await settled();
    expect(received).toHaveLength(2);
    await server.clock.advance(60_000);
    expect(announced().map(({ version }) => version)).toEqual([2, 2, 3]);
  });

  it('delivers version 2 before version 1 when held webhooks are released newest first', async () => {
    server.control.holdWebhooks();
    const { id } = await bookings.create(DRAFT, 'a');
    await bookings.change(id, { title: 'x' }, 1);
    await settled();
    expect(received).toEqual([]);
    await server.control.releaseWebhooks('newest-first');
    expect(announced().map(({ version }) => version)).toEqual([2, 1]);

    await bookings.change(id, { title: 'y' }, 2);
    await settled();
    expect(announced().map(({ version }) => version)).toEqual([2, 1, 3]);
  });

  it('is silent without a subscriber', async () => {
    subscribed = false;
    await bookings.create(DRAFT, 'a');
    subscribed = true;
    await settled();
    expect(received).toEqual([]);
  });

  it('delivers after a restart what a snapshot had not delivered', async () => {
    answers = [503];
    const { id } = await bookings.create(DRAFT, 'a');
    await settled();
    const snapshot = server.control.snapshot();
    const before = received.length;
    answers = [202];
    await server.close();

    const { port } = receiver.address() as AddressInfo;
    server = await startUSchedule({ webhookUrl: () => `http://127.0.0.1:${port}/` });
    server.control.restore(snapshot);
    await server.clock.advance(60_000);
    expect(announced().slice(before)).toEqual([{ type: 'appointment.created', bookingId: id, version: 1 }]);
  });
});
