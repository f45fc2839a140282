import type { VirtualTime } from '../virtual-time.ts';

/** What people have asked the service for, and not all of it is answered yet. */
export class Errands {
  readonly #time: VirtualTime;
  /** Those that are not over. */
  open = 0;

  constructor(time: VirtualTime) {
    this.#time = time;
  }

  begin(work: () => Promise<void>): void {
    this.open++;
    this.#time.schedule(this.#time.now(), async () => {
      await work();
      this.open--;
    });
  }
}
