import { parseArgs } from 'node:util';
import type { OperatorDeps } from './wiring.ts';

/** What a command was told, by the names of its options. */
export type Options = Readonly<Record<string, string>>;

/** What a command takes of the world. */
export interface CommandWorld {
  /** Opens the installation's documents; whoever asks closes them. */
  connect(): Promise<OperatorDeps>;
  standardInput(): Promise<string>;
}

/** One thing an operator can do. */
export interface Command {
  /** Two words, as they are typed. */
  readonly name: string;
  readonly summary: string;
  /** What must be given, by name, with an example each. */
  readonly required: Options;
  /** What may be given. */
  readonly optional?: Options;
  /** Does it; answers with the lines to print. @throws UsageError, DovetailError. */
  readonly run: (options: Options, world: CommandWorld) => Promise<readonly string[]>;
}

/** A command line that cannot be carried out as it stands, and why, for a person. */
export class UsageError extends Error {}

/** The command that a command line names, with its options. @throws UsageError. */
export function readCommand(
  args: readonly string[],
  commands: readonly Command[],
): { readonly command: Command; readonly options: Options } {
  const name = args.slice(0, 2).join(' ');
  const command = commands.find((one) => one.name === name);
  if (!command) throw new UsageError(name === '' ? 'Say what to do.' : `There is no command "${name}".`);
  const known = [...Object.keys(command.required), ...Object.keys(command.optional ?? {})];
  const options = parseOptions(args.slice(2), known);
  const missing = Object.keys(command.required).filter((option) => !options[option]?.trim());
  if (missing.length > 0) throw new UsageError(`${name} needs ${missing.map((one) => `--${one}`).join(', ')}.`);
  return { command, options };
}

/** Every command with its options, one a line. Pure. */
export function usageOf(commands: readonly Command[]): string {
  const lines = commands.map(({ name, summary, required, optional = {} }) => {
    const needed = Object.entries(required).map(([option, example]) => `--${option} ${example}`);
    const possible = Object.entries(optional).map(([option, example]) => `[--${option} ${example}]`);
    return `  ${[name, ...needed, ...possible].join(' ')}\n      ${summary}`;
  });
  return ['npm run -s operator -- COMMAND', ...lines].join('\n');
}

function parseOptions(args: readonly string[], known: readonly string[]): Options {
  try {
    const options = Object.fromEntries(known.map((name) => [name, { type: 'string' } as const]));
    return parseArgs({ args: [...args], options, strict: true, allowPositionals: false }).values as Options;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new UsageError(error.message);
  }
}
