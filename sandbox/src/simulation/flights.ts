/** Real work that virtual time waits for: a request on its way, and whoever answers it until he waits for virtual time. */
export interface Flight {
  /** It goes on only when virtual time does. Waits may overlap: each ends with a `resume`. */
  pause(): void;
  resume(): void;
  /** It is over, or never will be. */
  end(): void;
}

/** All the real work there is. Without a wire there is none. */
export class Flights {
  #up = 0;
  #onLanding: () => void = () => undefined;

  get areUp(): boolean {
    return this.#up > 0;
  }

  begin(): Flight {
    let waits = 0;
    let isOver = false;
    this.#change(1);
    return {
      pause: () => {
        if (!isOver && waits++ === 0) this.#change(-1);
      },
      resume: () => {
        if (!isOver && --waits === 0) this.#change(1);
      },
      end: () => {
        if (!isOver && waits === 0) this.#change(-1);
        isOver = true;
      },
    };
  }

  /** Has virtual time wait for `work`. */
  async track<T>(work: Promise<T>): Promise<T> {
    const flight = this.begin();
    try {
      return await work;
    } finally {
      flight.end();
    }
  }

  /** Resolves once nothing is up. */
  landed(): Promise<void> {
    return new Promise((resolve) => {
      this.#onLanding = resolve;
      if (!this.areUp) resolve();
    });
  }

  #change(by: 1 | -1): void {
    this.#up += by;
    if (this.#up === 0) this.#onLanding();
  }
}
