import { bytesOfIcs, type IcsInput, icsInputs, shownIcs } from '../inputs/ics-bytes.ts';
import type { Target } from '../target.ts';
import { readSoundly } from './read-soundly.ts';

/** iCalendar text of our own grammar, read as feeds are. */
export const ics: Target<IcsInput> = {
  open: async () => ({
    inputs: icsInputs(),
    play: (input, probe) => readSoundly(bytesOfIcs(input), input.charset, probe),
    show: shownIcs,
    close: async () => undefined,
  }),
};
