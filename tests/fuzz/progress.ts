/** Where a thread that plays inputs is, readable also while it hangs. */
export class Progress {
  readonly buffer: SharedArrayBuffer;
  readonly #cells: Float64Array;

  constructor(buffer = new SharedArrayBuffer(CELLS * Float64Array.BYTES_PER_ELEMENT)) {
    this.buffer = buffer;
    this.#cells = new Float64Array(buffer);
  }

  /** Inputs played so far. */
  get inputs(): number {
    return this.#cells[0] ?? 0;
  }

  /** When the present play began, in milliseconds since 1970; 0 between plays. */
  get playingSince(): number {
    return this.#cells[1] ?? 0;
  }

  /** The batch, its seed, and how manieth of its plays the present one is. */
  get place(): { readonly batch: number; readonly seed: number; readonly play: number } {
    const [, , batch = 0, seed = 0, play = 0] = this.#cells;
    return { batch, seed, play };
  }

  /** Nothing more is to be played. */
  get stopped(): boolean {
    return this.#cells[5] === 1;
  }

  stop(): void {
    this.#cells[5] = 1;
  }

  count(): void {
    this.#cells[0] = this.inputs + 1;
  }

  begin(place: { readonly batch: number; readonly seed: number; readonly play: number }): void {
    this.#cells.set([place.batch, place.seed, place.play], 2);
    this.#cells[1] = Date.now();
  }

  end(): void {
    this.#cells[1] = 0;
  }
}

const CELLS = 6;
