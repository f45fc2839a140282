import { type ChecklistLine, Lines, settle } from './checklist-lines.ts';
import { isAudited } from './loft-bays.ts';
import { connectStudio } from './studio-client.ts';
import { walkBusyCalendar } from './walk-busy-calendar.ts';
import { walkCalendars } from './walk-calendars.ts';
import { walkDirectBookings } from './walk-direct-bookings.ts';
import { walkFailures } from './walk-failures.ts';
import { walkFeeds } from './walk-feeds.ts';
import { walkImports } from './walk-imports.ts';
import { walkRefusals } from './walk-refusals.ts';
import { walkWebhooks } from './walk-webhooks.ts';

/** Walks the checklist against a running studio. Reports each line as it comes true. */
export async function walkChecklist(
  addresses: { readonly serviceUrl: string; readonly sandboxUrl: string },
  report: (line: ChecklistLine) => void,
): Promise<void> {
  const studio = connectStudio(addresses.serviceUrl, addresses.sandboxUrl);
  const lines = new Lines(report);
  await walkCalendars(studio, lines);
  await walkRefusals(studio, lines);
  await walkBusyCalendar(studio, lines);
  await walkFeeds(studio, lines);
  await walkDirectBookings(studio, lines);
  await walkImports(studio, lines);
  await walkWebhooks(studio, lines);
  await walkFailures(studio, lines);
  await lines.line(
    'at the end: nothing is left to do, and an audit finds nothing',
    () => settle(studio),
    () => isAudited(studio),
  );
}
