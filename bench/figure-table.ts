import { type Figure, meetsTarget, type Result } from './figure.ts';

const HEAD = ['benchmark', 'what', 'measured', 'target', ''] as const;

/** The figures of each benchmark as a table of text: name, measured, target, met or missed. */
export function figureTable(results: readonly Result[]): string {
  const rows = [HEAD, ...results.map(({ benchmark, figure }) => cells(benchmark, figure))];
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const rule = widths.map((width) => '-'.repeat(width));
  const lines = [rows[0], rule, ...rows.slice(1)] as readonly (readonly string[])[];
  return lines
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** How many targets there are and were met, in a sentence, and below it each that was missed with its reason. */
export function verdictOf(results: readonly Result[]): string {
  const judged = results.filter(({ figure }) => meetsTarget(figure) !== undefined);
  const missed = judged.filter(({ figure }) => meetsTarget(figure) === false);
  const lines = missed.map(
    ({ benchmark, figure }) => `  ${benchmark}, ${figure.name}: ${figure.missedBecause ?? 'no reason known'}`,
  );
  return [`${judged.length - missed.length} of ${judged.length} targets met`, ...lines].join('\n');
}

function cells(benchmark: string, figure: Figure): string[] {
  const { name, measured, unit = '', atMost } = figure;
  const met = meetsTarget(figure);
  const verdict =
    met === undefined ? '' : met ? 'met' : figure.missedBecause === undefined ? 'MISSED' : 'missed, see below';
  const target = atMost ? `at most ${numbers(atMost)} ${unit}` : 'none set';
  return [benchmark, name, `${numbers(measured)} ${unit}`.trimEnd(), target.trimEnd(), verdict];
}

function numbers(values: Readonly<Record<string, number>>): string {
  return Object.entries(values)
    .map(([label, value]) => `${label} ${rounded(value)}`)
    .join(', ');
}

/** Whole numbers as they are, others to three digits. */
function rounded(value: number): string {
  if (Number.isInteger(value) || Math.abs(value) >= 100) return String(Math.round(value));
  return String(Number(value.toPrecision(3)));
}
