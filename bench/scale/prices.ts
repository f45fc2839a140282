/**
 * What Google asks in USD in a single region of the United States: list prices as known in November 2026, before free
 * allowances and without traffic. docs/operations.md tells the same.
 */
export const PRICES = {
  asOf: '2026-11',
  read: 0.03 / 100_000,
  write: 0.09 / 100_000,
  delete: 0.01 / 100_000,
  task: 0.4 / 1_000_000,
  vcpuSecond: 0.000_024,
  gibSecond: 0.000_002_5,
  loggedGib: 0.5,
  storedGibMonth: 0.15,
} as const;
