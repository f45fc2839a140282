import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { basename, join, relative } from 'node:path';
import { type Copy, type Dockerfile, DockerfileParser, type From, type Instruction } from 'dockerfile-ast';
import { validate } from 'dockerfile-utils';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../e2e/service-process.ts';

const text = readFileSync(join(ROOT, 'Dockerfile'), 'utf8');
const dockerfile = DockerfileParser.parse(text);
const instructions = dockerfile.getInstructions();
const named = (keyword: string) => instructions.filter((one) => one.getKeyword() === keyword);
/** Of what is shipped: the last stage. */
const shipped = instructions.slice(instructions.indexOf(named('FROM').at(-1) as Instruction));
const argumentsOf = (one: Instruction) => one.getArguments().map((argument) => argument.getValue());

/** What is copied from the repository, into whichever stage. */
function copiedIn(file: Dockerfile): { sources: string[]; target: string }[] {
  const copies = file.getCOPYs().filter((copy: Copy) => copy.getFromFlag() === null);
  return copies.map((copy) => ({ sources: argumentsOf(copy).slice(0, -1), target: argumentsOf(copy).at(-1) ?? '' }));
}

/** What .dockerignore lets in, of which everything else is left out. */
const rules = readFileSync(join(ROOT, '.dockerignore'), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'));
const letIn = rules.filter((rule) => rule.startsWith('!')).map((rule) => rule.slice(1).replace(/\/$/, ''));

describe('the Dockerfile of run-service', () => {
  it('is one that the builder understands, without anything it warns of', () => {
    expect(validate(text).map(({ message }) => message)).toEqual([]);
  });

  it('builds and runs on one Node image of one version, that of .nvmrc', () => {
    const images = dockerfile.getFROMs().map((from: From) => from.getImage());
    expect(new Set(images).size).toBe(1);
    const major = readFileSync(join(ROOT, '.nvmrc'), 'utf8').trim();
    expect(images[0]).toMatch(new RegExp(`^node:${major}\\.\\d+\\.\\d+-slim$`));
  });

  it('ends as another user than root, in production, by a command that gets signals itself', () => {
    const [user] = shipped.filter((one) => one.getKeyword() === 'USER').slice(-1);
    expect(argumentsOf(user as Instruction)).toEqual(['node']);
    expect(shipped.filter((one) => one.getKeyword() === 'ENV').map((one) => one.getArgumentsContent())).toContain(
      'NODE_ENV=production',
    );
    const [command, ...others] = named('CMD');
    expect(others).toEqual([]);
    expect(JSON.parse(command?.getArgumentsContent() ?? '')).toEqual(['node', 'index.mjs']);
    expect(named('ENTRYPOINT')).toEqual([]);
  });

  it('fetches nothing but packages, and runs no script of theirs', () => {
    expect(named('ADD')).toEqual([]);
    const runs = named('RUN').map((one) => one.getArgumentsContent() ?? '');
    expect(runs.filter((run) => /curl|wget|apt|https?:/.test(run))).toEqual([]);
    expect(runs.filter((run) => run.includes('npm'))).toEqual(['npm ci --ignore-scripts --no-audit --no-fund']);
  });

  it('ships the bundle alone', () => {
    const copies = shipped.filter((one) => one.getKeyword() === 'COPY').map((one) => one as Copy);
    expect(copies.map((copy) => copy.getFromFlag()?.getValue())).toEqual(['build']);
    expect(copies.flatMap(argumentsOf)).toEqual(['/out/run-service/index.mjs', '/out/run-service/package.json', './']);
    expect(shipped.filter((one) => one.getKeyword() === 'RUN')).toEqual([]);
  });

  it('is told everything it copies, and nothing else, by .dockerignore', () => {
    expect(rules[0]).toBe('*');
    const copied = copiedIn(dockerfile).flatMap(({ sources }) => sources.map((source) => source.replace(/\/$/, '')));
    const covered = (path: string, by: readonly string[]) =>
      by.some((one) => path === one || path.startsWith(`${one}/`));
    expect(copied.filter((path) => !covered(path, letIn) && !letIn.some((rule) => covered(rule, [path])))).toEqual([]);
    expect(letIn.filter((rule) => !covered(rule, copied))).toEqual([]);
    expect(letIn.filter((rule) => /^(tests|bench|docs|terraform|dist|sandbox\/src|\.)/.test(rule))).toEqual([]);
    expect(rules.slice(1 + letIn.length)).toEqual(['**/*.test.ts', '**/node_modules/']);
  });

  it('asks the service itself whether it is well, at the port it was given', async () => {
    const [check] = named('HEALTHCHECK');
    const [, ...command] = /CMD (\[.*\])/s.exec(check?.getArgumentsContent() ?? '') ?? [];
    const [program, ...args] = JSON.parse(command[0] ?? '[]') as string[];
    expect(program).toBe('node');
    const asked: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      asked.push(request.url);
      response.writeHead(asked.length === 1 ? 200 : 503).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const port = String((server.address() as { port: number }).port);
    const ask = () =>
      new Promise((resolve) => spawn(process.execPath, args, { env: { PORT: port } }).once('exit', resolve));
    expect([await ask(), await ask()]).toEqual([0, 1]);
    server.close();
    expect(await ask()).toBe(1);
    expect(asked).toEqual(['/health', '/health']);
  });

  it('copies all that the bundle is made of', () => {
    const stage = mkdtempSync(join(tmpdir(), 'dovetail-image-'));
    try {
      for (const { sources, target } of copiedIn(dockerfile)) {
        for (const source of sources) copyAsBuilderDoes(source, join(stage, target));
      }
      linkPackages(stage);
      execFileSync(process.execPath, ['scripts/bundle.mjs', join(stage, 'out')], { cwd: stage });
      const { stderr } = spawnSync(process.execPath, [join(stage, 'out/run-service/index.mjs')], { env: {} });
      expect(String(stderr)).toContain('service.not-started');
    } finally {
      rmSync(stage, { recursive: true });
    }
  });
});

/** A folder's content goes into the target, a file under its own name; what .dockerignore does not let in stays out. */
function copyAsBuilderDoes(source: string, target: string): void {
  for (const rule of letIn) {
    const inside = relative(source, rule);
    if (inside.startsWith('..')) continue;
    const place = source.endsWith('/') ? join(target, inside) : join(target, basename(source));
    cpSync(join(ROOT, rule), place, { recursive: true, filter: (path) => !path.endsWith('.test.ts') });
  }
}

/** What `npm ci` leaves: our packages at hand, with links to the workspaces of this stage and not to ours. */
function linkPackages(stage: string): void {
  mkdirSync(join(stage, 'node_modules/@dovetail'), { recursive: true });
  for (const name of readdirSync(join(ROOT, 'node_modules'))) {
    if (name !== '@dovetail') symlinkSync(join(ROOT, 'node_modules', name), join(stage, 'node_modules', name));
  }
  for (const workspace of ['core', 'run-service', 'functions']) {
    symlinkSync(join(stage, workspace), join(stage, 'node_modules/@dovetail', workspace));
  }
}
