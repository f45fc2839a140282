import { createHash } from 'node:crypto';
import type { SellingPlatform, Told } from './made-tenant.ts';

const PROD_IDS: Readonly<Record<SellingPlatform, string>> = {
  airbnb: '-//Airbnb Inc//Hosting Calendar 1.0//EN',
  'booking.com': '-//admin.booking.com\\\\\\, b.v.//NONSGML v1.0//EN',
  vrbo: '-//HomeAway.com, Inc.//EN',
  motopress: '-//house.example//Hotel Booking 3.7.1',
};

/**
 * A platform's feed in the shape it is known to send (docs/provider-quirks.md): its own stays, and what it imported as
 * closures without a guest. MotoPress alone keeps the UIDs and words of what it imported.
 */
export function feedBody(platform: SellingPlatform, entries: readonly Told[]): string {
  const lines = entries.flatMap((told) => [
    'BEGIN:VEVENT',
    'DTSTAMP:20270601T061500Z',
    `DTSTART;VALUE=DATE:${basic(told.start)}`,
    `DTEND;VALUE=DATE:${basic(told.end)}`,
    ...(told.soldBy === platform ? ownLines(platform, told) : importedLines(platform, told)),
    'END:VEVENT',
  ]);
  return ['BEGIN:VCALENDAR', 'VERSION:2.0', `PRODID:${PROD_IDS[platform]}`, ...lines, 'END:VCALENDAR', ''].join('\r\n');
}

function ownLines(platform: SellingPlatform, told: Told): string[] {
  const uid = `UID:${uidOf(platform, told)}`;
  if (platform === 'booking.com') return [uid, 'SUMMARY:CLOSED - Not available'];
  if (platform === 'vrbo') return [uid, 'SUMMARY:Reserved - Guest'];
  if (platform === 'airbnb') {
    const code = `HM${hex(told.uid).slice(0, 8).toUpperCase()}`;
    return [
      uid,
      'SUMMARY:Reserved',
      'DESCRIPTION:Reservation URL: https://www.airbnb.com/hosting/reservations/de',
      ` tails/${code}\\nPhone Number (Last 4 Digits): ${Number.parseInt(hex(told.uid).slice(0, 3), 16) + 1000}`,
    ];
  }
  const nights = `CHECKIN: ${told.start}\\nCHECKOUT: ${told.end}\\n`;
  return [uid, `SUMMARY:Sample Guest (${Number.parseInt(hex(told.uid).slice(0, 6), 16)})`, `DESCRIPTION:${nights}`];
}

function importedLines(platform: SellingPlatform, told: Told): string[] {
  if (platform === 'motopress') return ownLines(told.soldBy, told).slice(0, 2);
  // Whoever imports names what it closed by itself.
  const uid = `UID:${uidOf(platform, { ...told, uid: `${platform} ${told.uid}` })}`;
  if (platform === 'airbnb') return [uid.replace('1418fb94e984', '7f662ec65913'), 'SUMMARY:Airbnb (Not available)'];
  if (platform === 'booking.com') return [uid, 'SUMMARY:CLOSED - Not available'];
  return [uid, 'SUMMARY:Blocked'];
}

function uidOf(platform: SellingPlatform, { uid }: Told): string {
  if (platform === 'airbnb') return `1418fb94e984-${hex(uid)}@airbnb.com`;
  if (platform === 'booking.com') return `${hex(uid)}@booking.com`;
  return platform === 'vrbo' ? hex(uid) : `${hex(uid)}@house.example`;
}

function basic(date: string): string {
  return date.replaceAll('-', '');
}

function hex(seed: string): string {
  return createHash('sha256').update(seed).digest('hex').slice(0, 32);
}
