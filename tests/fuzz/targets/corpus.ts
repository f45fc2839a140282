import { existsSync, readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { bytesOfIcs, type IcsInput, icsInputs, shownIcs } from '../inputs/ics-bytes.ts';
import type { Target } from '../target.ts';
import { readSoundly } from './read-soundly.ts';

/** Calendars collected in the field, which are not ours to keep here: taken from beside the checkout where they are. */
const FOLDERS = ['../../../../shared/feeds/', '../../../../shared/ics-corpus/'].map(
  (path) => new URL(path, import.meta.url),
);
/** Longer ones are read whole by the contracts; to damage one of them takes all the time there is. */
const MOST_LETTERS = 60_000;

/** Collected calendars, damaged. Without any there is nothing to play. */
export const corpus: Target<IcsInput> = {
  async open() {
    const calendars = collected();
    return {
      inputs: icsInputs(fc.constantFrom(...(calendars.length > 0 ? calendars : [[]]))),
      play: (input, probe) => readSoundly(bytesOfIcs(input), input.charset, probe),
      show: shownIcs,
      close: async () => undefined,
    };
  },
};

function collected(): string[][] {
  return FOLDERS.filter((folder) => existsSync(folder))
    .flatMap((folder) =>
      readdirSync(folder)
        .filter((name) => name.endsWith('.ics'))
        .sort()
        .map((name) => new URL(name, folder)),
    )
    .map((path) => readFileSync(path, 'utf8'))
    .filter((text) => text.length <= MOST_LETTERS)
    .map((text) => text.split(/\r?\n/));
}
