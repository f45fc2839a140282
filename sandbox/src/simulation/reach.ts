import type { Instance } from './instance.ts';
import type { VirtualTime } from './virtual-time.ts';
import type { Place, Weather } from './weather.ts';

/** Carries calls out as one process makes them. */
export type Reach = <T>(place: Place, call: Call<T>) => Promise<T>;

export interface Call<T> {
  /** The effect, all of it at one instant. */
  readonly act: () => T | Promise<T>;
  /** What the caller gets when it was turned away before, or not answered after; a call that has neither never fails. */
  readonly failures?: { readonly refused: (status: number) => unknown; readonly lost: () => unknown };
}

/** The way of an instance into the world: calls take time in both directions, fail, and end the instance, as the weather is. */
export function reachOf(instance: Instance, time: VirtualTime, weather: Weather): Reach {
  const never = () => new Promise<never>(() => undefined);
  const dies = () => {
    if (instance.alive && weather.kills()) instance.die();
    return !instance.alive;
  };
  return async (place, { act, failures }) => {
    if (!instance.alive) return never();
    await time.sleep(weather.delay(place));
    if (dies()) return never();
    const fate = failures ? weather.fateOf(place) : 'answered';
    if (fate === 'refused') throw failures?.refused(weather.status());
    const answer = await act();
    if (dies()) return never();
    await time.sleep(weather.delay(place));
    if (!instance.alive) return never();
    if (fate === 'answer-lost') throw failures?.lost();
    return answer;
  };
}
