import { describe, expect, it } from 'vitest';
import type { ImportContent, ImportEntry } from '../domain/import.ts';
import { packContent, unpackContent } from './packed-content.ts';

const SERIES = { text: 'BEGIN:VEVENT\nUID:series\nEND:VEVENT\n' };
const CANCELLED = { text: 'BEGIN:VEVENT\nUID:gone', cutFrom: 9_000 };
const entry = (eventId: string, part: Partial<ImportEntry> = {}): ImportEntry => ({
  ...{ eventId, uid: 'series', recurrenceId: eventId, kind: 'reservation', title: 'League', raw: SERIES },
  ...{ start: '2027-06-10', end: '2027-06-11' },
  ...part,
});
const ENTRIES = [entry('a'), entry('b'), entry('c', { raw: { text: 'BEGIN:VEVENT\nUID:c\n' }, guestName: 'Adele' })];
const CONTENT: ImportContent = {
  entries: ENTRIES,
  calledOff: [{ uid: 'gone', recurrenceId: '', raw: CANCELLED }],
  unreadable: ['odd'],
  series: [{ uid: 'series', text: 'BEGIN:VCALENDAR' }],
  changes: [
    { action: 'cancelled', eventId: 'x', fields: ['status'], calledOff: CANCELLED },
    { action: 'cancelled', eventId: 'y', fields: ['status'] },
    { action: 'added', eventId: 'c', entry: ENTRIES[2] as ImportEntry, fields: [] },
    { action: 'changed', eventId: 'a', entry: ENTRIES[0] as ImportEntry, fields: ['title'] },
  ],
  conflicts: [],
  setAside: [{ raw: 'BEGIN:VEVENT', reason: 'no-start' }],
  warnings: ['series are expanded'],
};

describe('the content of an import', () => {
  it('is the same after it was packed and kept', () => {
    expect(unpackContent(JSON.parse(JSON.stringify(packContent(CONTENT))))).toEqual(CONTENT);
  });

  it('is packed with each entry and each text in it once', () => {
    const packed = JSON.stringify(packContent(CONTENT));
    for (const once of ['UID:series', 'UID:gone', 'UID:c', 'Adele']) expect(packed.split(once)).toHaveLength(2);
  });

  it('is one again where it was one, so that a series costs the memory of one text', () => {
    const { entries, changes } = unpackContent(packContent(CONTENT));
    expect(entries[1]?.raw).toBe(entries[0]?.raw);
    expect(changes[3]?.entry).toBe(entries[0]);
  });
});
