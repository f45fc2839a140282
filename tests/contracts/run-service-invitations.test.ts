import { execFileSync } from 'node:child_process';
import type { Booking } from '@dovetail/core/domain/booking.ts';
import { acceptRead } from '@dovetail/core/sync/accept-booking.ts';
import { eventIdOfBooking } from '@dovetail/core/sync/commit-booking.ts';
import ICAL from 'ical.js';
import { sync, type VEvent } from 'node-ical';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type RequestOptions, type Service, startService } from './run-service-server.ts';

const ORGANIZER = { name: 'The Loft', email: 'desk@loft.example' };
const ID = eventIdOfBooking('app', '7');

let service: Service;
beforeEach(async () => {
  service = await startService();
  await setOrganizer(ORGANIZER);
});
afterEach(() => service.close());

const setOrganizer = (organizer: unknown) => service.call('changeTenant', '/v1/tenant', { body: { organizer } });
const invite = (options: RequestOptions = {}, id = ID) =>
  service.call('inviteToBooking', `/v1/bookings/${id}:invite`, options);

/** The booking app says what booking 7 is now. */
async function say(part: Partial<Booking> = {}, systemId = 'app', tenantId = 'loft'): Promise<void> {
  const config = await service.store.bookingSystems.get(service.documents, tenantId, systemId);
  const booking: Booking = {
    ...{ id: '7', resourceId: 'bay-1', externalResourceId: 'one', status: 'confirmed', version: 1 },
    ...{ start: '2027-05-03T14:00:00Z', end: '2027-05-03T15:00:00Z', title: 'Lesson' },
    guest: { name: 'Ana Díaz', email: 'ana@example.com', phone: '555 0100' },
    ...part,
  };
  await acceptRead({ tenantId, config: config!, booking }, service.deps);
}

/** The message as ical.js reads it. */
function read(ics: string) {
  const calendar = new ICAL.Component(ICAL.parse(ics));
  const event = calendar.getFirstSubcomponent('vevent')!;
  const value = (name: string) => String(event.getFirstPropertyValue(name));
  return { method: String(calendar.getFirstPropertyValue('method')), value, event };
}

describe('an invitation', () => {
  it('is a request from the organizer to the guest, the same while the booking stays as it is', async () => {
    await say();
    const { status, body } = await invite();
    expect(status).toBe(200);
    expect(body.method).toBe('REQUEST');
    const { method, value, event } = read(body.ics);
    expect([method, value('summary'), value('status')]).toEqual(['REQUEST', 'Lesson', 'CONFIRMED']);
    expect([value('dtstart'), value('dtend')]).toEqual(['2027-05-03T14:00:00Z', '2027-05-03T15:00:00Z']);
    expect(value('organizer')).toBe('mailto:desk@loft.example');
    expect(value('attendee').toLowerCase()).toBe('mailto:ana@example.com');
    expect(event.getFirstProperty('attendee')?.getParameter('cn')).toBe('Ana Díaz');
    expect(Number(value('sequence'))).toBe(body.sequence);
    expect(body.ics).not.toContain('555');
    service.clock.set(service.clock.now() + 3_600_000);
    expect((await invite()).body).toEqual(body);
  });

  it('keeps its UID, and has a higher sequence once the booking is moved and again once it is cancelled', async () => {
    await say();
    const first = (await invite()).body;
    service.clock.set(service.clock.now() + 60_000);
    await say({ version: 2, start: '2027-05-04T14:00:00Z', end: '2027-05-04T15:00:00Z' });
    const moved = (await invite()).body;
    service.clock.set(service.clock.now() + 60_000);
    await say({ version: 3, status: 'cancelled' });
    const cancelled = (await invite()).body;
    expect([first, moved, cancelled].map(({ method }) => method)).toEqual(['REQUEST', 'REQUEST', 'CANCEL']);
    expect(moved.sequence).toBeGreaterThan(first.sequence);
    expect(cancelled.sequence).toBeGreaterThan(moved.sequence);
    const readings = [first, moved, cancelled].map(({ ics }) => read(ics));
    expect(new Set(readings.map(({ value }) => value('uid'))).size).toBe(1);
    expect(readings[1]?.value('dtstart')).toBe('2027-05-04T14:00:00Z');
    expect(readings[2]?.value('status')).toBe('CANCELLED');
    const stamps = readings.map(({ value }) => value('dtstamp'));
    expect(stamps).toEqual([...new Set(stamps)].sort());
  });

  it('is of dates for a stay, and says when to come and leave', async () => {
    const { documents, store } = service;
    const app = await store.bookingSystems.get(documents, 'loft', 'app');
    await documents.commit([
      store.bookingSystems.create('casa', { ...app!, resourceIds: {} }),
      store.resources.update('casa', 'kaya', { checkInTime: '15:00', checkOutTime: '11:00' }),
    ]);
    const key = 'casa-admin-key';
    await service.call('changeTenant', '/v1/tenant', { key, body: { organizer: ORGANIZER } });
    await say({ resourceId: 'kaya', start: '2027-05-03', end: '2027-05-06' }, 'app', 'casa');
    const { value } = read((await invite({ key })).body.ics);
    expect([value('dtstart'), value('dtend')]).toEqual(['2027-05-03', '2027-05-06']);
    expect(value('description')).toBe('Check-in: 2027-05-03, from 15:00\nCheck-out: 2027-05-06, until 11:00');
  });

  it('goes to whom the caller names', async () => {
    await say();
    const { ics } = (await invite({ body: { email: 'bob@example.com' } })).body;
    const attendee = read(ics).event.getFirstProperty('attendee');
    expect(String(attendee?.getFirstValue()).toLowerCase()).toBe('mailto:bob@example.com');
    expect(attendee?.getParameter('cn')).toBe('bob@example.com');
    const named = (await invite({ body: { name: 'Anita' } })).body;
    expect(read(named.ics).event.getFirstProperty('attendee')?.getParameter('cn')).toBe('Anita');
  });

  it('comes as a calendar to callers who ask for one, and as JSON to all others', async () => {
    await say();
    const ask = (accept: string) =>
      service.send('POST', `/v1/bookings/${ID}:invite`, { headers: { accept, 'idempotency-key': `k ${accept}` } });
    const { body } = await invite();
    for (const accept of ['text/calendar', 'text/calendar, application/json;q=0.5']) {
      for (const attempt of [1, 2]) {
        const reply = await ask(accept);
        expect(reply.headers.get('content-type'), `attempt ${attempt}`).toBe(
          'text/calendar; method=REQUEST; charset=utf-8',
        );
        expect(reply.text).toBe(body.ics);
        expect(reply.headers.get('vary')).toMatch(/accept/i);
      }
    }
    for (const accept of ['application/json', '*/*', 'text/html']) expect((await ask(accept)).body).toEqual(body);
    await say({ version: 2, status: 'cancelled' });
    const reply = await service.send('POST', `/v1/bookings/${ID}:invite`, { headers: { accept: 'text/calendar' } });
    expect(reply.headers.get('content-type')).toBe('text/calendar; method=CANCEL; charset=utf-8');
  });

  it('is described with both forms, and that nothing is mailed', async () => {
    const { paths } = (await service.send('GET', '/openapi.json', { key: null })).body;
    const operation = paths['/v1/bookings/{id}:invite'].post;
    expect(Object.keys(operation.responses[200].content)).toEqual(['application/json', 'text/calendar']);
    expect(operation.summary).toContain('nothing is sent');
  });

  it('changes nothing, and leaves nothing of the guest in the log', async () => {
    await say();
    const before = await service.store.events.get(service.documents, 'loft', ID);
    await invite();
    expect(await service.store.events.get(service.documents, 'loft', ID)).toEqual(before);
    expect(service.tasks.tasks).toEqual([]);
    expect(JSON.stringify(service.log.lines)).not.toMatch(/ana@example|Díaz/);
  });
});

describe('what cannot be invited to', () => {
  it('is a booking that is only held', async () => {
    await say({ status: 'pending' });
    expect((await invite()).body).toMatchObject({ status: 409, type: 'urn:dovetail:problem:wrong-state' });
    await say({ status: 'confirmed', version: 2 });
    expect((await invite()).status).toBe(200);
  });

  it('is anything while nobody is named to invite', async () => {
    await say();
    await setOrganizer(null);
    const refused = await invite();
    expect(refused.body).toMatchObject({
      status: 422,
      reason: 'no_organizer',
      detail: expect.stringContaining('PATCH'),
    });
  });

  it.each<[string, Booking['guest']]>([
    ['no guest', undefined],
    ['a guest without an address', { name: 'Ana' }],
    ['an empty address', { email: ' ' }],
    ['an address that is none', { email: 'Ana <ana@example.com>' }],
    ['an address with more behind it', { email: 'ana@example.com\r\nBCC: eve@example.com' }],
  ])('is a booking with %s, unless one is given', async (_what, guest) => {
    await say(guest ? { guest } : { guest: {} });
    const refused = await invite();
    expect(refused.body).toMatchObject({ status: 422, reason: 'no_attendee', paths: ['email'] });
    expect(refused.text).not.toContain('ana@example.com');
    expect((await invite({ body: { email: 'ana@example.com' } })).status).toBe(200);
  });

  it.each([
    [{ email: 'ana' }, 'email'],
    [{ email: 'ana@example.com\nBCC:eve@example.com' }, 'email'],
    [{ email: 'ana@example.com,eve@example.com' }, 'email'],
    [{ email: 7 }, 'email'],
    [{ name: ' ' }, 'name'],
    [{ name: 'x'.repeat(201) }, 'name'],
    [{ attendee: 'ana@example.com' }, 'attendee'],
  ])('is refused with %j, by the field', async (body, path) => {
    await say();
    expect((await invite({ body })).body).toMatchObject({ status: 400, paths: [path] });
  });

  it('is what is no booking of this tenant', async () => {
    await say();
    expect((await invite({}, 'nothing')).status).toBe(404);
    expect((await invite({ key: 'casa-admin-key' })).status).toBe(404);
    const block = { resourceId: 'bay-1', start: '2027-05-03T10:00:00Z', end: '2027-05-03T11:00:00Z' };
    const { eventId } = (await service.call('createBlock', '/v1/blocks', { body: block })).body;
    expect((await invite({}, eventId)).status).toBe(404);
    expect((await invite({ key: 'loft-guest-key' })).status).toBe(403);
  });
});

describe('who invites', () => {
  const organizer = async () => (await service.call('getTenant', '/v1/tenant')).body.organizer;

  it('is what the tenant says, beside its other settings, until it says nobody', async () => {
    await service.call('changeTenant', '/v1/tenant', { body: { priorities: { manual: 0 } } });
    expect(await organizer()).toEqual(ORGANIZER);
    const { body } = await setOrganizer(null);
    expect(body).not.toHaveProperty('organizer');
    expect(body.priorities.manual).toBe(0);
    expect(await organizer()).toBeUndefined();
  });

  it.each([
    [{ name: 'The Loft' }, 'organizer.email'],
    [{ name: 'The Loft', email: 'desk' }, 'organizer.email'],
    [{ name: '', email: 'desk@loft.example' }, 'organizer.name'],
    [{ ...ORGANIZER, phone: '1' }, 'organizer.phone'],
  ])('is refused as %j', async (wanted, path) => {
    expect((await setOrganizer(wanted)).body).toMatchObject({ status: 400, paths: [path] });
    expect(await organizer()).toEqual(ORGANIZER);
  });
});

/** Where Debian puts it: another Python in the path does not see Debian's packages. */
const PYTHON = ['/usr/bin/python3', '-c'] as const;
const RUBY = ['/usr/bin/ruby', '-E', 'UTF-8', '-e'] as const;

const READ_IN_PYTHON = `
import icalendar, sys
calendar = icalendar.Calendar.from_ical(sys.stdin.buffer.read())
[event] = calendar.walk('VEVENT')
assert not event.errors, event.errors
print('|'.join([str(calendar['METHOD']), str(event['UID']), str(event['SEQUENCE']), str(event['STATUS']),
  str(event['SUMMARY']), str(event['ORGANIZER']).lower(), str(event['ATTENDEE']).lower(), str(event['ATTENDEE'].params['CN'])]))
`;
const READ_IN_RUBY = `
require 'stringio'; require 'icalendar'
calendar = Icalendar::Calendar.parse(STDIN.read).first
event = calendar.events.first
guest = event.attendee.first
puts [calendar.ip_method, event.uid, event.sequence, event.status, event.summary, event.organizer.to_s.downcase,
  guest.to_s.downcase, guest.ical_params['cn'].first].join('|')
`;

function run([command, ...args]: readonly string[], program: string, input = ''): string {
  const env = { ...process.env, PYTHONIOENCODING: 'utf-8' };
  return execFileSync(command as string, [...args, program], { input, encoding: 'utf8', env, stdio: 'pipe' }).trim();
}

function isThere(program: readonly string[], library: string): boolean {
  try {
    run(program, library);
    return true;
  } catch {
    return false;
  }
}

describe('other programs read the message as it is meant', () => {
  const TITLE = 'Lesson, with "Ace"; part 2';

  it.for([
    { name: 'icalendar for Python', program: PYTHON, library: 'import icalendar', code: READ_IN_PYTHON },
    { name: 'icalendar for Ruby', program: RUBY, library: "require 'icalendar'", code: READ_IN_RUBY },
  ])('$name', async ({ program, library, code }, { skip }) => {
    skip(!isThere(program, library), 'it is not installed');
    await say({ title: TITLE });
    const request = (await invite()).body;
    await say({ title: TITLE, version: 2, status: 'cancelled' });
    const cancel = (await invite()).body;
    for (const { method, sequence, ics } of [request, cancel]) {
      const status = method === 'REQUEST' ? 'CONFIRMED' : 'CANCELLED';
      const parties = ['mailto:desk@loft.example', 'mailto:ana@example.com', 'Ana Díaz'];
      const expected = [method, read(ics).value('uid'), sequence, status, TITLE, ...parties];
      expect(run(program, code, ics)).toBe(expected.join('|'));
    }
  });

  it('node-ical', async () => {
    await say({ title: TITLE });
    const { ics } = (await invite()).body;
    const event = Object.values(sync.parseICS(ics)).find((one) => one?.type === 'VEVENT') as VEvent;
    expect([event.summary, event.status, event.start.toISOString()]).toEqual([
      TITLE,
      'CONFIRMED',
      '2027-05-03T14:00:00.000Z',
    ]);
  });
});
