import { describe, expect, it } from 'vitest';
import { readFeed } from '../read-feed.ts';

const ROOM = { kind: 'nightly', timeZone: 'America/Bogota' } as const;
const PRODIDS = {
  airbnb: '-//Airbnb Inc//Hosting Calendar 1.0//EN',
  'booking.com': '-//admin.booking.com\\\\\\, b.v.//NONSGML v1.0//EN',
  vrbo: '-//HomeAway.com, Inc.//EN',
  motopress: '-//casa.example//Hotel Booking 3.7.1',
  generic: '-//ycs.agoda.com//EN',
};
type Platform = keyof typeof PRODIDS;

const NIGHTS = ['DTSTART;VALUE=DATE:20270310', 'DTEND;VALUE=DATE:20270314'];

function entriesOf(platform: Platform, ...events: readonly (readonly string[])[]) {
  const lines = events.flatMap((event) => ['BEGIN:VEVENT', 'DTSTAMP:20270305T061500Z', ...event, 'END:VEVENT']);
  const feed = ['BEGIN:VCALENDAR', `PRODID:${PRODIDS[platform]}`, ...lines, 'END:VCALENDAR', ''].join('\r\n');
  const { entries, setAside } = readFeed(feed, ROOM);
  expect(setAside).toEqual([]);
  return entries;
}
const described = (platform: Platform, summary: string, ...lines: string[]) =>
  entriesOf(platform, [...NIGHTS, `SUMMARY:${summary}`, ...lines])[0]!;

describe('an entry of Airbnb', () => {
  it.each([
    'Airbnb (Not available)',
    'Airbnb (Nicht verfügbar)',
    'Airbnb (No disponible)',
    'Airbnb (いまはだめ)',
    '9000000000000000002 Airbnb (Not available)',
  ])('is a block: %s', (summary) => {
    expect(described('airbnb', summary)).toMatchObject({ kind: 'block', title: summary });
    expect(described('airbnb', summary)).not.toHaveProperty('ambiguous');
  });

  it.each(['Reserved', 'Reservado', '9000000000000000002 Reserved', ''])('is a reservation: %s', (summary) => {
    expect(described('airbnb', summary)).toMatchObject({ kind: 'reservation', title: summary || 'Reserved' });
  });

  it('names its code and the digits of a phone', () => {
    const description =
      'DESCRIPTION:Reservation URL: https://www.airbnb.co.uk/hosting/reservations/details/HMTEST0001\\nPhone Number (Last 4 Digits): 0101';
    expect(described('airbnb', 'Reserved', description)).toMatchObject({
      reservationCode: 'HMTEST0001',
      phoneLast4: '0101',
    });
  });

  it('names guest and code as it did before 2019', () => {
    expect(described('airbnb', 'Sample Guest (HMTEST0001)')).toMatchObject({
      kind: 'reservation',
      guestName: 'Sample Guest',
      reservationCode: 'HMTEST0001',
    });
  });

  describe('that the platform moves by itself', () => {
    const block = (start: string, end: string) => [
      `DTSTART;VALUE=DATE:${start}`,
      `DTEND;VALUE=DATE:${end}`,
      'SUMMARY:Airbnb (Not available)',
    ];
    const stay = (start: string, end: string) => [
      `DTSTART;VALUE=DATE:${start}`,
      `DTEND;VALUE=DATE:${end}`,
      'SUMMARY:Reserved',
    ];
    const edges = (...events: readonly (readonly string[])[]) =>
      entriesOf('airbnb', ...events)
        .filter(({ edge }) => edge)
        .map(({ start }) => start);

    it('is a closure in progress, or one that begins by the day after the feed was made', () => {
      expect(
        edges(
          block('20270201', '20270301'),
          block('20270301', '20270305'),
          block('20270301', '20270307'),
          block('20270305', '20270307'),
          block('20270306', '20270308'),
          block('20270307', '20270309'),
        ),
      ).toEqual(['2027-03-01', '2027-03-05', '2027-03-06']);
    });

    it('is the last closure, when it reaches the end of a calendar of a year', () => {
      expect(edges(block('20270901', '20280305'), block('20270701', '20270710'))).toEqual(['2027-09-01']);
      expect(edges(block('20270901', '20271001'))).toEqual([]);
      expect(edges(block('20270901', '20280305'), stay('20280305', '20280307'))).toEqual([]);
    });

    it('is never a reservation', () => {
      expect(edges(stay('20270304', '20270307'), stay('20270901', '20280305'))).toEqual([]);
    });
  });
});

describe('an entry of Booking.com', () => {
  it.each(['CLOSED - Not available', 'CLOSED', ''])('may be a reservation or a closure: %s', (summary) => {
    expect(described('booking.com', summary)).toMatchObject({ kind: 'block', ambiguous: true });
  });

  it('is a reservation when it names a guest', () => {
    const entry = described('booking.com', 'CLOSED - Sample Guest');
    expect(entry).toMatchObject({ kind: 'reservation', guestName: 'Sample Guest', title: 'CLOSED - Sample Guest' });
    expect(entry).not.toHaveProperty('ambiguous');
  });
});

describe('an entry of Vrbo', () => {
  it.each([
    ['Reserved - Alex', 'Alex'],
    ['Réservée - Alex', 'Alex'],
    ['Re\u0301serve\u0301e - Alex', 'Alex'],
    ['Reservado - Alex', 'Alex'],
    ['Reserviert – Alex', 'Alex'],
    ['Prenotato: Alex', 'Alex'],
    ['Gereserveerd - Alex', 'Alex'],
    ['Tentative - Alex', 'Alex'],
    ['Reserved', undefined],
    ['Somebody', undefined],
  ])('is a reservation: %s', (summary, guestName) => {
    const entry = described('vrbo', summary);
    expect(entry).toMatchObject({ kind: 'reservation', title: summary });
    expect(entry.guestName).toBe(guestName);
  });

  it.each([
    'Blocked',
    'Indisponible',
    'Bloqué',
    'Bloque\u0301',
    'Bloqueado',
    'No disponible',
    'Indisponível',
    'Nicht verfügbar',
    'Gesperrt',
    'Non disponibile',
    'Bloccato',
    'Niet beschikbaar',
    'Geblokkeerd',
  ])('is a block: %s', (summary) => {
    expect(described('vrbo', summary)).toMatchObject({ kind: 'block', title: summary });
  });

  it('is a block in any language when its UID spells dates', () => {
    expect(described('vrbo', 'Zajęte', 'UID:02292020-0229-2020-0305-202003052020').kind).toBe('block');
    expect(described('vrbo', 'Zajęte', 'UID:00000000-0000-4000-8000-000000000001').kind).toBe('reservation');
  });
});

describe('an entry of MotoPress', () => {
  it('names guest and booking', () => {
    const description = 'DESCRIPTION:CHECKIN: 2027-03-10\\nCHECKOUT: 2027-03-14\\nNIGHTS: 4\\nPROPERTY: Casa\\n';
    expect(described('motopress', 'Sample Guest (101)', description)).toMatchObject({
      kind: 'reservation',
      title: 'Sample Guest (101)',
      guestName: 'Sample Guest',
      reservationCode: '101',
      end: '2027-03-14',
    });
  });

  it('ends the day after its last when it is a block', () => {
    expect(described('motopress', 'BLOCKED')).toMatchObject({ kind: 'block', start: '2027-03-10', end: '2027-03-15' });
    const [day] = entriesOf('motopress', [
      'DTSTART;VALUE=DATE:20270310',
      'DTEND;VALUE=DATE:20270310',
      'SUMMARY:BLOCKED',
    ]);
    expect(day).toMatchObject({ start: '2027-03-10', end: '2027-03-11' });
  });

  it('ends where it says when another program made the calendar', () => {
    const lines = [
      'BEGIN:VCALENDAR',
      'PRODID:-//Other//EN',
      'BEGIN:VEVENT',
      ...NIGHTS,
      'SUMMARY:BLOCKED',
      'END:VEVENT',
      'END:VCALENDAR',
    ];
    const { entries } = readFeed(lines.join('\n'), ROOM, { platform: 'motopress' });
    expect(entries).toMatchObject([{ kind: 'block', end: '2027-03-14' }]);
  });

  it('keeps the words of where it was imported from, and their end', () => {
    expect(described('motopress', 'Airbnb (Not available)')).toMatchObject({ kind: 'block', end: '2027-03-14' });
    expect(described('motopress', 'Reserved')).toMatchObject({ kind: 'reservation', end: '2027-03-14' });
  });
});

describe('an entry of an unknown program', () => {
  it.each([
    ['BOOKED', 'reservation'],
    ['Not available', 'block'],
    ['Blocked for repairs', 'block'],
    ['Unblocked', 'reservation'],
    ['Road closed party', 'reservation'],
  ])('is told by its summary: %s', (summary, kind) => {
    expect(described('generic', summary).kind).toBe(kind);
  });

  it('says what its lines say', () => {
    const lines = [
      'Guest: Sample',
      'Guests: 4',
      'Booking ID: AB-12345',
      'Phone: +57 300 555 01 01',
      'Notes: booking: none',
    ];
    expect(described('generic', 'Reserved - Sample Guest', `DESCRIPTION:${lines.join('\\n')}`)).toMatchObject({
      guestName: 'Sample Guest',
      guestCount: 4,
      reservationCode: 'AB-12345',
      phoneLast4: '0101',
    });
    const bare = described('generic', 'BOOKED', 'DESCRIPTION:Booking: confirmed\\nGuests: many\\nPhone: see above');
    for (const detail of ['guestName', 'guestCount', 'reservationCode', 'phoneLast4'])
      expect(bare).not.toHaveProperty(detail);
  });
});
