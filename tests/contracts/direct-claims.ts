import { TimeTaken } from '@dovetail/core/domain/errors.ts';
import type { LedgerEvent } from '@dovetail/core/domain/event.ts';
import { instantOf } from '@dovetail/core/domain/interval.ts';
import { bookDirectly, type DirectDraft } from '@dovetail/core/sync/direct/book-directly.ts';
import type { DirectDeps } from '@dovetail/core/sync/direct/commit-direct.ts';
import { expect } from 'vitest';
import { TENANT } from './ledger.ts';

/** The hour that everybody wants, `index` hours after the first. */
export function hourOf(index: number): { readonly start: string; readonly end: string } {
  const start = Date.parse('2027-05-03T14:00:00Z') + index * 3_600_000;
  return { start: instantOf(start), end: instantOf(start + 3_600_000) };
}

/**
 * So many hold one hour of Bay 1 at once, through all the doors in turn. Exactly one gets it, and each of the others hears
 * that the winner is in the way; nobody hears of the others.
 */
export async function raceForHour(
  index: number,
  contenders: number,
  doors: readonly DirectDeps[],
): Promise<LedgerEvent> {
  const draft = (contender: number): DirectDraft => ({
    ...{ id: `hold-${index}-${contender}`, resourceId: 'bay-1', ...hourOf(index) },
    holdUntil: '2027-05-01T13:00:00Z',
  });
  const asked = Array.from({ length: contenders }, (_, contender) => {
    const door = doors[contender % doors.length] as DirectDeps;
    return bookDirectly({ tenantId: TENANT, draft: draft(contender) }, door);
  });
  const answers = await Promise.allSettled(asked);
  const winners = answers.filter((answer) => answer.status === 'fulfilled').map(({ value }) => value);
  const refusals = answers.filter((answer) => answer.status === 'rejected').map(({ reason }) => reason);
  expect(winners).toHaveLength(1);
  const [winner] = winners as [LedgerEvent];
  const taken = { id: winner.id, kind: 'reservation', ...hourOf(index) };
  for (const refusal of refusals) {
    expect(refusal).toBeInstanceOf(TimeTaken);
    expect(refusal.inTheWay).toEqual([taken]);
  }
  return winner;
}
