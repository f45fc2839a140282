/** Nobody answers any more: the process that worked at it is gone. */
export class InstanceDied extends Error {}

/**
 * One process that works at one thing: a delivery of a task, a firing of a schedule, a request. Once it has died, none of
 * its calls is answered, so nothing of it runs on, not even its error handling.
 */
export class Instance {
  #alive = true;
  #noticeDeath: (error: InstanceDied) => void = () => undefined;

  get alive(): boolean {
    return this.#alive;
  }

  die(): void {
    this.#alive = false;
    this.#noticeDeath(new InstanceDied('the process is gone'));
  }

  /** What `work` comes to. @throws InstanceDied when the process goes before. */
  outcomeOf<T>(work: Promise<T>): Promise<T> {
    const death = new Promise<never>((_, reject) => {
      this.#noticeDeath = reject;
    });
    return Promise.race([work, death]);
  }
}
