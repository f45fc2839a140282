/** When an entry falls due, and which of two that are due together was added first. */
export interface Due {
  readonly at: number;
  readonly sequence: number;
}

/**
 * Entries in the order they fall due. The soonest lies at the end of the array: taking it moves nothing, and adding
 * one that is due soon, the usual case, moves little.
 */
export class TimerList<E extends Due> {
  readonly #latestFirst: E[] = [];

  /** The soonest entry. */
  get first(): E | undefined {
    return this.#latestFirst.at(-1);
  }

  add(entry: E): void {
    this.#latestFirst.splice(this.#placeOf(entry), 0, entry);
  }

  /** Does nothing when the entry is no longer there. */
  remove(entry: E): void {
    const place = this.#placeOf(entry);
    if (this.#latestFirst[place] === entry) this.#latestFirst.splice(place, 1);
  }

  /** Removes and returns the entries due by `instant`, soonest first. */
  takeDue(instant: number): E[] {
    const due: E[] = [];
    for (let entry = this.first; entry && entry.at <= instant; entry = this.first) {
      due.push(entry);
      this.#latestFirst.pop();
    }
    return due;
  }

  /** Whether `test` holds for some entry due by `instant`. */
  someDue(instant: number, test: (entry: E) => boolean): boolean {
    for (let place = this.#latestFirst.length - 1; place >= 0; place--) {
      const entry = this.#latestFirst[place];
      if (!entry || entry.at > instant) return false;
      if (test(entry)) return true;
    }
    return false;
  }

  clear(): void {
    this.#latestFirst.length = 0;
  }

  /** Where the entry is, or where it belongs. */
  #placeOf(entry: E): number {
    let low = 0;
    let high = this.#latestFirst.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const other = this.#latestFirst[middle];
      if (other && isLater(other, entry)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function isLater(a: Due, b: Due): boolean {
  return a.at > b.at || (a.at === b.at && a.sequence > b.sequence);
}
