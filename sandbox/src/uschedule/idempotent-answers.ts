import type { Clock } from '@dovetail/core/ports/clock.ts';
import { Refusal } from './refusal.ts';

/** A status and a JSON body. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

interface Remembered {
  readonly key: string;
  readonly request: string;
  readonly answer: Answer;
  readonly at: number;
}

const KEPT_MS = 24 * 3_600_000;

/** Answers remembered by `Idempotency-Key` for a day, so that a repeated request changes nothing. */
export class IdempotentAnswers {
  readonly #clock: Clock;
  #answers = new Map<string, Remembered>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * The answer of the first request with this key, or that of `act`. Without a key every request is a new one.
   * @throws Refusal when the key came with another request before.
   */
  answer(key: string | undefined, request: unknown, act: () => Answer): Answer {
    if (key === undefined) return act();
    this.#forgetOld();
    const text = JSON.stringify(request);
    const known = this.#answers.get(key);
    if (known && known.request !== text) {
      throw new Refusal(422, 'idempotency_key_reused', 'this Idempotency-Key came with another body before');
    }
    if (known) return known.answer;
    const answer = act();
    this.#answers.set(key, { key, request: text, answer, at: this.#clock.now() });
    return answer;
  }

  /** What is remembered, for a snapshot. */
  state(): Remembered[] {
    return [...this.#answers.values()];
  }

  /** Replaces what is remembered by a former `state()`. */
  load(state: readonly Remembered[]): void {
    this.#answers = new Map(state.map((remembered) => [remembered.key, remembered]));
  }

  #forgetOld(): void {
    const oldest = this.#clock.now() - KEPT_MS;
    // A map keeps its order, so the old ones are in front.
    for (const [key, remembered] of this.#answers) {
      if (remembered.at > oldest) return;
      this.#answers.delete(key);
    }
  }
}
