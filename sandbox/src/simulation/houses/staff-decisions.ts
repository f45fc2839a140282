import { Rejected } from '@dovetail/core/domain/errors.ts';
import { releaseEvent, restoreEvent } from '@dovetail/core/sync/release-event.ts';
import { resolveConflict } from '@dovetail/core/sync/resolve-conflict.ts';
import type { AppDeps } from '@dovetail/run-service/app-deps.ts';
import { changeResource } from '@dovetail/run-service/routes/v1/write-resource.ts';
import type { HouseParts } from './house-parts.ts';
import { relationsBy, HOUSE_TENANT as tenantId } from './open-house.ts';
import { type Answered, request } from './request.ts';

/** What staff decide about events, conflicts and how the rooms are related: of each, one thing after the other. */
export class StaffDecisions {
  readonly #parts: HouseParts;
  readonly #deciding = new Set<string>();
  #relating = false;

  constructor(parts: HouseParts) {
    this.#parts = parts;
  }

  release(which: number): boolean {
    const { watch, asked } = this.#parts;
    const types = ['feed', 'feed', 'binding', 'staff'];
    const all = watch.ledger
      .holding(this.#parts.world.time.now())
      .filter(({ source, end, id }) => types.includes(source.type) && end > watch.today && !this.#deciding.has(id));
    const one = all[which % Math.max(1, all.length)];
    if (!one) return false;
    asked.releases.add(one.id);
    return this.#decide(one.id, (deps) => releaseEvent({ tenantId, eventId: one.id }, deps), isRefused('not_holding'));
  }

  restore(which: number): boolean {
    const { asked } = this.#parts;
    const ids = [...asked.released.keys()].filter((id) => !this.#deciding.has(id));
    const eventId = ids[which % Math.max(1, ids.length)];
    if (eventId === undefined) return false;
    asked.released.delete(eventId);
    asked.releases.delete(eventId);
    asked.restored.add(eventId);
    return this.#decide(eventId, (deps) => restoreEvent({ tenantId, eventId }, deps), isRefused('not_released'));
  }

  resolve(which: number, release: boolean): boolean {
    const { watch, asked } = this.#parts;
    const open = [...watch.ledger.conflicts.values()].filter(
      ({ eventIds, resolvedBy }) => resolvedBy !== 'overlap-ended' && !eventIds.some((id) => this.#deciding.has(id)),
    );
    const conflict = open[which % Math.max(1, open.length)];
    if (!conflict) return false;
    const [winnerEventId, loser] = which % 2 === 0 ? conflict.eventIds : [...conflict.eventIds].reverse();
    const freesBooking = watch.ledger.events.get(loser ?? '')?.source.type === 'direct';
    if (winnerEventId === undefined || loser === undefined || (release && freesBooking)) return false;
    if (release) asked.releases.add(loser);
    const input = { tenantId, conflictId: conflict.id, winnerEventId, release };
    return this.#decide(
      loser,
      (deps) => resolveConflict(input, deps),
      () => false,
    );
  }

  #decide(
    eventId: string,
    work: (deps: AppDeps) => Promise<unknown>,
    isDone: (refusal: Extract<Answered<unknown>, { readonly refusal: unknown }>['refusal']) => boolean,
  ): boolean {
    this.#deciding.add(eventId);
    this.#parts.errands.begin(async () => {
      const answered = await request(this.#parts.world, work);
      this.#deciding.delete(eventId);
      if ('refusal' in answered && !isDone(answered.refusal)) throw answered.refusal;
    });
    return true;
  }

  /** Rooms that count differently towards the house are not allowed, so each is taken out first. */
  relate(rule: 'each' | 'all' | 'none'): boolean {
    if (this.#relating) return false;
    this.#relating = true;
    this.#parts.errands.begin(async () => {
      for (const [room, next] of [
        ['kaya', 'none'],
        ['sol', rule],
        ['kaya', rule],
      ] as const) {
        const change = { relations: relationsBy(next) };
        await request(this.#parts.world, (deps) => changeResource(tenantId, room, change, deps));
      }
      this.#relating = false;
    });
    return true;
  }
}

function isRefused(reason: string): (refusal: unknown) => boolean {
  return (refusal) => refusal instanceof Rejected && refusal.reason === reason;
}
