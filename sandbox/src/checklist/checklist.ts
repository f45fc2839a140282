import { type ChecklistLine, Lines } from './checklist-lines.ts';
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
}
