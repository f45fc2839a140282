/** A CreateTask call that goes wrong. */
export interface CreateFault {
  /** gRPC code of the answer; without it the call is never answered. */
  readonly code?: number;
  /** The task is created all the same: only the answer is lost. */
  readonly applied?: boolean;
}

/** Faults of the service that are still to happen, each used up by happening. */
export class InjectedFaults {
  #creates: CreateFault[] = [];
  readonly #duplicates = new Countdown();
  readonly #droppedAnswers = new Countdown();

  failCreates(times: number, fault: CreateFault): void {
    this.#creates.push(...Array.from({ length: times }, () => fault));
  }

  duplicateNext(times: number, queueId?: string): void {
    this.#duplicates.add(times, queueId);
  }

  dropAnswers(times: number, queueId?: string): void {
    this.#droppedAnswers.add(times, queueId);
  }

  takeCreateFault(): CreateFault | undefined {
    return this.#creates.shift();
  }

  takeDuplicate(queueId: string): boolean {
    return this.#duplicates.take(queueId);
  }

  takeDroppedAnswer(queueId: string): boolean {
    return this.#droppedAnswers.take(queueId);
  }
}

/** How often something is still to happen: on one queue, or on any. */
class Countdown {
  readonly #left = new Map<string | undefined, number>();

  add(times: number, queueId: string | undefined): void {
    this.#left.set(queueId, (this.#left.get(queueId) ?? 0) + times);
  }

  take(queueId: string): boolean {
    for (const key of [queueId, undefined]) {
      const left = this.#left.get(key) ?? 0;
      if (left > 0) {
        this.#left.set(key, left - 1);
        return true;
      }
    }
    return false;
  }
}
