import ICAL from 'ical.js';
import { sync, type VEvent } from 'node-ical';
import { describe, expect, it } from 'vitest';
import { type Invitation, writeInvitation } from './write-invitation.ts';

const INVITATION: Invitation = {
  method: 'REQUEST',
  uid: 'abc@dovetail',
  sequence: 3,
  stampAt: '2027-04-02T00:00:00Z',
  title: 'Lesson',
  location: 'Bay 1, The Loft',
  start: '2027-05-01T14:00:00Z',
  end: '2027-05-01T15:00:00Z',
  organizer: { name: 'The Loft', email: 'desk@loft.example' },
  attendee: { name: 'Ana', email: 'ana@example.com' },
};
const write = (part: Partial<Invitation> = {}) => writeInvitation({ ...INVITATION, ...part });

function parsed(text: string) {
  const calendar = new ICAL.Component(ICAL.parse(text));
  const events = calendar.getAllSubcomponents('vevent');
  expect(events).toHaveLength(1);
  expect(calendar.getAllSubcomponents()).toHaveLength(1);
  return { calendar, event: events[0] as InstanceType<typeof ICAL.Component> };
}

/** The lines as they are meant, unfolded. */
const linesOf = (text: string) => text.replaceAll('\r\n ', '').split('\r\n');

describe('an invitation as iTIP', () => {
  it('has what a request must have, and nothing that changes with the clock', () => {
    const text = write();
    expect(linesOf(text)).toEqual([
      'BEGIN:VCALENDAR',
      'VERSION:2.0',
      'PRODID:-//Dovetail//Dovetail//EN',
      'METHOD:REQUEST',
      'BEGIN:VEVENT',
      'UID:abc@dovetail',
      'SEQUENCE:3',
      'DTSTAMP:20270402T000000Z',
      'DTSTART:20270501T140000Z',
      'DTEND:20270501T150000Z',
      'SUMMARY:Lesson',
      'LOCATION:Bay 1\\, The Loft',
      'ORGANIZER;CN="The Loft":mailto:desk@loft.example',
      'ATTENDEE;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE;CN="Ana":MAILTO:ana@example.com',
      'STATUS:CONFIRMED',
      'END:VEVENT',
      'END:VCALENDAR',
      '',
    ]);
    expect(write()).toBe(text);
  });

  it('has what a cancellation must have', () => {
    const text = write({ method: 'CANCEL', sequence: 4 });
    expect(linesOf(text)).toEqual(
      expect.arrayContaining(['METHOD:CANCEL', 'STATUS:CANCELLED', 'SEQUENCE:4', 'UID:abc@dovetail']),
    );
    expect(text).not.toMatch(/RSVP|PARTSTAT/);
    expect(linesOf(text)).toContain('ATTENDEE;ROLE=REQ-PARTICIPANT;CN="Ana":MAILTO:ana@example.com');
  });

  it('keeps dates as dates, with lines of its own about the stay', () => {
    const text = write({
      start: '2027-05-01',
      end: '2027-05-03',
      description: ['Check-in: 2027-05-01', 'Check-out: 2027-05-03'],
    });
    const lines = linesOf(text);
    expect(lines).toContain('DTSTART;VALUE=DATE:20270501');
    expect(lines).toContain('DTEND;VALUE=DATE:20270503');
    expect(lines).toContain('DESCRIPTION:Check-in: 2027-05-01\\nCheck-out: 2027-05-03');
  });

  it.each(['America/New_York', 'Pacific/Kiritimati', 'UTC'])('is the same in a process in %s', (zone) => {
    const before = process.env['TZ'];
    const expected = [write(), write({ start: '2027-05-01', end: '2027-05-03' })];
    process.env['TZ'] = zone;
    try {
      expect([write(), write({ start: '2027-05-01', end: '2027-05-03' })]).toEqual(expected);
    } finally {
      if (before === undefined) delete process.env['TZ'];
      else process.env['TZ'] = before;
    }
  });

  it('is read by others as it is meant', () => {
    const { calendar, event } = parsed(write());
    expect(calendar.getFirstPropertyValue('method')).toBe('REQUEST');
    expect(event.getFirstPropertyValue('sequence')).toBe(3);
    expect(event.getFirstProperty('attendee')?.getParameter('cn')).toBe('Ana');
    const read = Object.values(sync.parseICS(write())).find((one) => one?.type === 'VEVENT') as VEvent;
    expect([read.uid, read.summary, read.status, String(read.sequence)]).toEqual([
      'abc@dovetail',
      'Lesson',
      'CONFIRMED',
      '3',
    ]);
    expect(read.start.toISOString()).toBe('2027-05-01T14:00:00.000Z');
  });
});

describe('hostile texts', () => {
  const HOSTILE = [
    'x\r\nATTENDEE:mailto:evil@example.com',
    'x\nEND:VEVENT\nBEGIN:VEVENT\nUID:evil',
    'x\r\n METHOD:CANCEL',
    'x\u2028ORGANIZER:mailto:evil@example.com\u2029y\u0085z',
    'x\u0000\u0007\u001b[31m',
    '"; CN=evil":mailto:evil@example.com',
    'a"b^n^\'c^^d',
    '\\n\\;\\,\\',
    '\ud800 lone',
    'é🏌️‍♀️'.repeat(40),
    'x'.repeat(100_000),
    '',
  ];

  it.each(HOSTILE.map((text) => [text.slice(0, 40), text]))('%j adds nothing to the message', (_shown, text) => {
    const invitation = write({
      uid: `${text}@dovetail`,
      title: text,
      location: text,
      description: [text, 'second'],
      organizer: { name: text, email: 'desk@loft.example' },
      attendee: { name: text, email: 'ana@example.com' },
    });
    const { calendar, event } = parsed(invitation);
    expect(calendar.getAllProperties().map(({ name }) => name)).toEqual(['version', 'prodid', 'method']);
    expect(
      event
        .getAllProperties()
        .map(({ name }) => name)
        .sort(),
    ).toEqual(
      [
        ...['uid', 'sequence', 'dtstamp', 'dtstart', 'dtend', 'summary', 'organizer', 'attendee', 'status'],
        ...(text === '' ? [] : ['location']),
        'description',
      ].sort(),
    );
    expect(event.getFirstPropertyValue('organizer')).toBe('mailto:desk@loft.example');
    expect(String(event.getFirstPropertyValue('attendee')).toLowerCase()).toBe('mailto:ana@example.com');
    for (const line of invitation.split('\r\n')) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what must not be there.
    expect(invitation.replaceAll('\r\n', '')).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/);
    expect(invitation.isWellFormed()).toBe(true);
    expect(invitation.length).toBeLessThan(12_000);
  });

  it('cannot leave the address either', () => {
    const text = write({ attendee: { email: "o'neil+x{y}%0d?subject=a&b@example.com" } });
    expect(linesOf(text).join('\n')).toContain("MAILTO:o'neil+x%7By%7D%250d%3Fsubject=a%26b@example.com");
  });

  it('leave a name that can be read', () => {
    const { event } = parsed(write({ attendee: { name: 'Ana "Ace" Díaz; Jr.', email: 'ana@example.com' } }));
    expect(event.getFirstProperty('attendee')?.getParameter('cn')).toBe("Ana 'Ace' Díaz; Jr.");
  });
});
