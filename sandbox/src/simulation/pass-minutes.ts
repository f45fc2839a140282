import type { VirtualTime } from './virtual-time.ts';

const MINUTE_MS = 60_000;

/** Lets so many minutes pass, and calls `onMinute` with the instant of each full one, which is then. */
export async function passMinutes(time: VirtualTime, minutes: number, onMinute: (at: number) => void): Promise<void> {
  const end = time.now() + minutes * MINUTE_MS;
  for (;;) {
    const next = (Math.floor(time.now() / MINUTE_MS) + 1) * MINUTE_MS;
    if (next > end) break;
    await time.advance(next - time.now());
    onMinute(next);
  }
  await time.advance(end - time.now());
}
