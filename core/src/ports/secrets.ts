/** Read access to the secret store. */
export interface Secrets {
  /**
   * The current value of the secret called `name`.
   * @throws NotFound when there is none, TemporarilyUnavailable when the store does not answer.
   */
  get(name: string): Promise<string>;
}

/** Keys for sealed fields. Old keys stay readable after rotation. */
export interface SealingKeys {
  /** The key new values are sealed with: 32 bytes. */
  current(): { readonly id: string; readonly key: Uint8Array };
  /** @throws NotFound for a key id nobody knows. */
  byId(id: string): Uint8Array;
}
