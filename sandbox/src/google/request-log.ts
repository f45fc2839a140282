/** How many requests each API method got, however they were answered. */
export class RequestLog {
  readonly #counts = new Map<string, number>();

  /** @param method the API's own name for it, such as `events.insert`, or `token`. */
  count(method: string): void {
    this.#counts.set(method, (this.#counts.get(method) ?? 0) + 1);
  }

  counts(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#counts);
  }

  reset(): void {
    this.#counts.clear();
  }
}
