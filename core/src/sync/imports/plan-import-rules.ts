import type { Import, ImportContent, ImportRule } from '../../domain/import.ts';
import { importRuleId } from '../../domain/import.ts';
import { instantOf } from '../../domain/interval.ts';
import type { UndoStep } from '../../domain/undo.ts';

/** What becomes of the series that a set has as rules. */
export interface RuleChanges {
  readonly kept: readonly ImportRule[];
  readonly forgotten: readonly string[];
  readonly undo: readonly UndoStep[];
}

/** How often a rule is expanded: its last occurrences are two years ahead. */
export const EXTEND_EVERY_MS = 30 * 86_400_000;

/**
 * Which series of a file become rules, and which rules the file ends: those of series it wants expanded only, calls off,
 * or, where it replaces the set, does not show. Pure.
 */
export function planImportRules(
  { resourceId, setId, options }: Pick<Import, 'resourceId' | 'setId' | 'options'>,
  content: Pick<ImportContent, 'entries' | 'calledOff' | 'series' | 'unreadable'>,
  known: readonly ImportRule[],
  runId: string,
  now: number,
): RuleChanges {
  const byId = new Map(known.map((rule) => [rule.id, rule]));
  const extendAt = instantOf(now + EXTEND_EVERY_MS);
  const kept = content.series
    .map(({ uid, text }): ImportRule => {
      return { id: importRuleId(setId, uid), resourceId, setId, options, uid, text, runId, extendAt };
    })
    .filter(({ id, text }) => byId.get(id)?.text !== text);
  const stays = new Set(content.series.map(({ uid }) => uid));
  const named = new Set([
    ...content.entries.map(({ uid }) => uid),
    ...content.calledOff.filter(({ recurrenceId }) => recurrenceId === '').map(({ uid }) => uid),
  ]);
  const unreadable = new Set(content.unreadable);
  const ended = known.filter(
    ({ uid }) => !stays.has(uid) && (named.has(uid) || (options.replace && !unreadable.has(uid))),
  );
  return {
    kept,
    forgotten: ended.map(({ id }) => id),
    undo: [
      ...kept.map(({ id }) => ({ type: 'rule', ruleId: id, isKept: true, before: byId.get(id) ?? null }) as const),
      ...ended.map((rule) => ({ type: 'rule', ruleId: rule.id, isKept: false, before: rule }) as const),
    ],
  };
}
