import { setTimeout as sleep } from 'node:timers/promises';
import { Contended } from '../domain/errors.ts';

const MOST_ATTEMPTS = 6;
const FIRST_PAUSE_MS = 50;

/**
 * Does again what others got in the way of, after pauses that grow and are never two alike: whoever asks for a time wants
 * to hear whether it is taken, not that many asked at once. @throws Contended when even then it comes to nothing.
 */
export async function retryContended<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Contended) || attempt === MOST_ATTEMPTS) throw error;
    }
    await sleep(FIRST_PAUSE_MS * 2 ** attempt * (0.5 + Math.random() / 2));
  }
}
