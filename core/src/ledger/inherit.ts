import type { LedgerEvent } from '../domain/event.ts';
import type { Change, LedgerView, Span } from './ledger-view.ts';

export function derivedSpans(_event: LedgerEvent, _view: LedgerView): Span[] {
  return [];
}

export async function inherit(_focus: readonly Change[], _view: LedgerView, _now: string): Promise<void> {}
