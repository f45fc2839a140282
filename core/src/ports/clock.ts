/** The only source of the present. Injected everywhere, so that tests and the local studio can move it. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
}
