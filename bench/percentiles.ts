import { build } from 'hdr-histogram-js';

/** The 50th, 95th and 99th percentile of some durations in milliseconds, to a hundredth of one. */
export function percentiles(milliseconds: readonly number[]): { p50: number; p95: number; p99: number } {
  const histogram = build({ numberOfSignificantValueDigits: 3 });
  // The histogram counts whole numbers, so it gets microseconds.
  for (const duration of milliseconds) histogram.recordValue(Math.max(0, Math.round(duration * 1000)));
  const at = (percentile: number) => Math.round(histogram.getValueAtPercentile(percentile) / 10) / 100;
  return { p50: at(50), p95: at(95), p99: at(99) };
}
