import { InvalidInput } from '../domain/errors.ts';

/** Why a document is not a calendar, for the person who gave the address; it repeats nothing of the content. */
export function refuseDocument(text: string): InvalidInput {
  return new InvalidInput(reasonOf(text));
}

function reasonOf(text: string): string {
  if (/^BEGIN:VCALENDAR/im.test(text)) {
    return 'the calendar breaks off: it begins, but its END:VCALENDAR is missing';
  }
  const start = text.slice(0, 1_000).trimStart();
  if (start === '') return 'this is empty instead of a calendar';
  if (/^<\?xml/i.test(start)) return 'this is an XML document, not a calendar';
  if (start.startsWith('<')) return 'this is a web page (HTML), not a calendar';
  if (/^[[{]/.test(start)) return 'this is JSON, not a calendar';
  return 'this is not a calendar: there is no BEGIN:VCALENDAR';
}
