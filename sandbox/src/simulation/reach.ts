import type { Flight } from './flights.ts';
import type { Instance } from './instance.ts';
import type { VirtualTime } from './virtual-time.ts';
import type { Fate, Place, Weather } from './weather.ts';

/** Carries calls out as one process makes them. */
export type Reach = <T>(place: Place, call: Call<T>) => Promise<T>;

export interface Call<T> {
  /** The effect, all of it at one instant. */
  readonly act: () => T | Promise<T>;
  /** What the caller gets when it was turned away before, or not answered after; a call that has neither never fails. */
  readonly failures?: { readonly refused: (status: number) => unknown; readonly lost: () => unknown };
  /** It goes over a wire, and fails there: it is told beforehand how, and with which status. */
  readonly hears?: (fate: Fate, status: number) => void;
}

/**
 * The way of an instance into the world: calls take time in both directions, fail, and end the instance, as the weather is.
 * @param flight of the request that the instance answers, when it came over a wire.
 */
export function reachOf(instance: Instance, time: VirtualTime, weather: Weather, flight?: Flight): Reach {
  const never = () => {
    flight?.end();
    return new Promise<never>(() => undefined);
  };
  const dies = (hasWritten = false) => {
    if (instance.alive && weather.kills(hasWritten)) instance.die();
    return !instance.alive;
  };
  const wait = async (place: Place) => {
    flight?.pause();
    await time.sleep(weather.delay(place));
    flight?.resume();
  };
  return async (place, { act, failures, hears }) => {
    if (!instance.alive) return never();
    await wait(place);
    if (dies()) return never();
    const fate = failures || hears ? weather.fateOf(place) : 'answered';
    const status = fate === 'refused' ? weather.status() : 200;
    hears?.(fate, status);
    if (fate === 'refused' && !hears) throw failures?.refused(status);
    const answer = await act();
    // Of the store's calls only those that write fail.
    if (dies(place === 'store' && failures !== undefined)) return never();
    await wait(place);
    if (!instance.alive) return never();
    if (fate === 'answer-lost') throw failures?.lost();
    return answer;
  };
}
