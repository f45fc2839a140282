/** What Google bills for, counted. */
export interface BilledOperations {
  /** Firestore documents read. */
  readonly reads: number;
  /** Firestore documents written. */
  readonly writes: number;
  /** Firestore documents deleted. */
  readonly deletes: number;
  /** Cloud Tasks created. */
  readonly taskCreations: number;
}

/** Counts billed operations since it was made or last reset. */
export class BillingMeter implements BilledOperations {
  reads = 0;
  writes = 0;
  deletes = 0;
  taskCreations = 0;

  /** The counts as they are now; later ones do not change it. */
  snapshot(): BilledOperations {
    const { reads, writes, deletes, taskCreations } = this;
    return { reads, writes, deletes, taskCreations };
  }

  reset(): void {
    this.reads = 0;
    this.writes = 0;
    this.deletes = 0;
    this.taskCreations = 0;
  }
}
