import { text } from 'node:stream/consumers';
import { DovetailError } from '@dovetail/core/domain/errors.ts';
import { commands } from './commands.ts';
import { readCommand, UsageError, usageOf } from './read-command.ts';
import { wireOperator } from './wiring.ts';

/** `npm run operator -- …`: what an operator does to an installation that no tenant's key may do. */
try {
  const { command, options } = readCommand(process.argv.slice(2), commands);
  const lines = await command.run(options, {
    connect: () => wireOperator(process.env),
    standardInput: () => text(process.stdin),
  });
  for (const line of lines) console.log(line);
} catch (error) {
  if (error instanceof UsageError) console.error(`${error.message}\n\n${usageOf(commands)}`);
  else if (error instanceof DovetailError) console.error(error.message);
  else throw error;
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
