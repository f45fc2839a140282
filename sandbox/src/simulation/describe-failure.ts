import type { AnyHistory } from './families.ts';
import type { Shrunk } from './shrink.ts';
import { FAULTS } from './weather.ts';

/** A failure for a person: what is wrong, what led to it, and how to see it again. */
export function describeFailure({ history, outcome, left }: Shrunk): string {
  const rounds = history.rounds.map(({ rates, steps }, index) => {
    const faults = FAULTS.filter((name) => rates[name] > 0).map((name) => `${name} ${rates[name].toFixed(3)}`);
    const lines = steps.map(
      ({ number, afterMs, edit }) => `    ${number}: after ${afterMs} ms ${JSON.stringify(edit)}`,
    );
    return [`  round ${index + 1}, ${faults.length === 0 ? 'no faults' : faults.join(', ')}`, ...lines].join('\n');
  });
  const leftOut = [...left.steps, ...left.faults].join(',');
  const which = `--seed ${history.seed} ${kindOf(history)}`;
  const chosen = leftOut === '' ? which : `${which} --without ${leftOut}`;
  return [
    `seed ${history.seed} does not end in agreement:`,
    ...outcome.wrong.map((one) => `  ${one}`),
    'after',
    ...rounds,
    `again: npm run simulate -- ${chosen} --trace`,
  ].join('\n');
}

function kindOf(history: AnyHistory): string {
  const length = history.edits === undefined ? '--short' : `--edits ${history.edits}`;
  if (history.family === 'houses') return `--family houses${history.edits === undefined ? '' : ` ${length}`}`;
  return `--family bays ${length}${history.isOverWire ? ' --wire' : ''}`;
}
