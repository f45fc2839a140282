import { type ChecklistLine, Lines } from './checklist-lines.ts';
import { connectStudio } from './studio-client.ts';
import { walkCalendars } from './walk-calendars.ts';

/** Walks the checklist against a running studio. Reports each line as it comes true. */
export async function walkChecklist(
  addresses: { readonly serviceUrl: string; readonly sandboxUrl: string },
  report: (line: ChecklistLine) => void,
): Promise<void> {
  const studio = connectStudio(addresses.serviceUrl, addresses.sandboxUrl);
  const lines = new Lines(report);
  await walkCalendars(studio, lines);
}
