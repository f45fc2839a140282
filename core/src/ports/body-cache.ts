/** Texts that were made once and may be asked for again, for as long as there is room for them. Nothing relies on it. */
export interface BodyCache {
  /**
   * What `make` answers, kept under a key that is never used for anything else. Who asks while it is being made waits for
   * it. A failure is everybody's who waited, and is not kept.
   */
  get(key: string, make: () => Promise<Uint8Array>): Promise<Uint8Array>;
}
