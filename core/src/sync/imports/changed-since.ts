import type { ImportContent } from '../../domain/import.ts';

/** So many are named; the rest are counted. */
const MOST_NAMED = 5;

/**
 * What has come between a preview and its commit that whoever agreed to the preview did not see, for a person; null when
 * nothing has. What has meanwhile become as the file has it is no news. Pure.
 */
export function changedSince(
  previewed: Pick<ImportContent, 'changes' | 'conflicts'>,
  now: Pick<ImportContent, 'changes' | 'conflicts'>,
): string | null {
  const seen = new Set(previewed.conflicts.map(({ id }) => id));
  const conflicts = now.conflicts.filter(({ id }) => !seen.has(id));
  const actions = new Map(previewed.changes.map(({ eventId, action, fields }) => [eventId, `${action} ${fields}`]));
  const changes = now.changes.filter(({ eventId, action, fields }) => actions.get(eventId) !== `${action} ${fields}`);
  const news = [
    ...named(
      conflicts.length,
      'conflict that the preview did not show',
      conflicts.map(({ start, end, eventIds: [a, b] }) => `${start}/${end} between ${a} and ${b}`),
    ),
    ...named(
      changes.length,
      'event that has changed since the preview',
      changes.map(({ eventId }) => eventId),
    ),
  ];
  if (news.length === 0) return null;
  return `${news.join('; ')}. Preview the file again, or commit with "force": true`;
}

function named(count: number, what: string, names: readonly string[]): string[] {
  if (count === 0) return [];
  const more = count > MOST_NAMED ? ` and ${count - MOST_NAMED} more` : '';
  const whats = count === 1 ? what : what.replace(/^\w+/, (word) => `${word}s`).replace(' has ', ' have ');
  return [`${count} ${whats}: ${names.slice(0, MOST_NAMED).join(', ')}${more}`];
}
