import { describe, expect, it } from 'vitest';
import { commands } from './commands.ts';
import { readCommand, UsageError, usageOf } from './read-command.ts';

describe('reading a command line', () => {
  it('finds the command and its options', () => {
    const { command, options } = readCommand(
      ['key', 'create', '--tenant', 'loft', '--role=staff', '--label', 'a b'],
      commands,
    );
    expect(command.name).toBe('key create');
    expect(options).toEqual({ tenant: 'loft', role: 'staff', label: 'a b' });
  });

  it.each<[string, readonly string[], RegExp]>([
    ['nothing', [], /Say what to do/],
    ['a command there is not', ['tenant', 'delete'], /no command "tenant delete"/],
    ['one with options missing', ['tenant', 'create', '--id', 'loft', '--name', ' '], /needs --name, --time-zone/],
    ['an option there is not', ['tenant', 'list', '--all'], /--all/],
    ['words that belong to nothing', ['tenant', 'list', 'loft'], /loft/],
  ])('refuses %s', (_, args, message) => {
    expect(() => readCommand(args, commands)).toThrow(UsageError);
    expect(() => readCommand(args, commands)).toThrow(message);
  });

  it('can tell of every command with what it takes', () => {
    const usage = usageOf(commands);
    for (const { name, required } of commands) {
      expect(usage).toContain(name);
      for (const option of Object.keys(required)) expect(usage).toContain(`--${option}`);
    }
  });
});
