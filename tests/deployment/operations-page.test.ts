import { readdirSync, readFileSync } from 'node:fs';
import { commands } from '@dovetail/operator/commands.ts';
import { readCommand } from '@dovetail/operator/read-command.ts';
import { v1Operations } from '@dovetail/run-service/routes/v1/v1-operations.ts';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../e2e/service-process.ts';

const page = readFileSync(`${ROOT}/docs/operations.md`, 'utf8');
const found = (text: string, pattern: RegExp) => [...text.matchAll(pattern)];

/** A path of the API as the page writes it, with what stands for an id told apart from what does not. */
function patternOf(path: string): string {
  return path.replace(/\{\w+\}|\b[A-Z][A-Z_]+\b/g, '{}');
}

describe('docs/operations.md', () => {
  const known = new Set(v1Operations.map(({ method, path }) => `${method.toUpperCase()} ${patternOf(path)}`));

  it('asks the API for what it can do', () => {
    const asked = found(page, /\b(GET|POST|PATCH|DELETE)\s+'?(\/v1\/[\w/{}:-]+)/g).map(
      ([, method, path]) => `${method} ${patternOf(path ?? '')}`,
    );
    expect(asked.length).toBeGreaterThan(25);
    expect(asked.filter((one) => !known.has(one))).toEqual([]);
  });

  it('sends bodies that the API takes', () => {
    const sent = found(page, /^api POST (\/v1\/[\w-]+) '(\{.*?\})'/gm);
    expect(sent.length).toBeGreaterThan(5);
    for (const [, path, body] of sent) {
      const operation = v1Operations.find((one) => one.method === 'post' && one.path === path);
      expect([path, body, operation?.body?.safeParse(JSON.parse(body ?? '')).success]).toEqual([path, body, true]);
    }
  });

  it('types commands that operators have, with options these take', () => {
    const typed = found(page.replaceAll('\\\n', ' '), /npm run -s operator -- ([^|`\n]+)/g).map(
      ([, line]) => line ?? '',
    );
    const complete = typed.filter((line) => line.includes('--'));
    expect(complete.length).toBeGreaterThan(4);
    for (const line of complete) {
      const words = found(line, /"([^"]*)"|(\S+)/g).map(([, quoted, plain]) => quoted ?? plain ?? '');
      expect(
        () =>
          readCommand(
            words.filter((word) => word !== '\\'),
            commands,
          ),
        line,
      ).not.toThrow();
    }
    for (const line of typed)
      expect(commands.map(({ name }) => name)).toContain(line.trim().split(' ').slice(0, 2).join(' '));
  });

  it('leads to places that are there', () => {
    const headings = found(page, /^#+ (.+)$/gm).map(([, title]) => anchorOf(title ?? ''));
    const anchors = [...headings, ...found(page, /<a id="([\w-]+)">/g).map(([, id]) => id ?? '')];
    const links = found(page, /\]\(#([\w-]+)\)/g).map(([, anchor]) => anchor ?? '');
    expect(links.filter((link) => !anchors.includes(link))).toEqual([]);
    const files = found(page, /\]\(([\w./-]+)\)/g).map(([, file]) => file ?? '');
    for (const file of files) expect(() => readFileSync(`${ROOT}/docs/${file}`), file).not.toThrow();
  });

  it('looks for log lines that the code writes, by fields that they have', () => {
    const code = ['core/src', 'functions/src', 'run-service/src'].map((folder) => sources(folder)).join('\n');
    const actions = found(page, /jsonPayload\.action=(?:\(([^)]+)\)|("[^"]+"))/g).flatMap(([, many, one]) =>
      found(many ?? one ?? '', /"([^"]+)"/g).map(([, action]) => action ?? ''),
    );
    expect(actions.length).toBeGreaterThan(2);
    expect(actions.filter((action) => !code.includes(`'${action}'`))).toEqual([]);
    const fields = new Set(found(page, /jsonPayload\.(\w+)/g).map(([, field]) => field ?? ''));
    const names = sources('core/src/adapters/log');
    expect([...fields].filter((field) => !new RegExp(`\\b${field}\\b`).test(names))).toEqual([]);
  });

  it('names outputs and variables that Terraform has', () => {
    const terraform = sources('terraform', '.tf');
    const outputs = found(page, /output (?:-raw )?([a-z_]+)/g).map(([, name]) => name ?? '');
    expect(outputs.length).toBeGreaterThan(5);
    expect(outputs.filter((name) => !terraform.includes(`output "${name}"`))).toEqual([]);
    const variables = [
      'image',
      'project',
      'region',
      'alert_emails',
      'runbooks_url',
      'booking_system_secrets',
      'database',
    ];
    expect(variables.filter((name) => !terraform.includes(`variable "${name}"`))).toEqual([]);
  });
});

function anchorOf(title: string): string {
  return title
    .toLowerCase()
    .replaceAll(/[^\w\s-]/g, '')
    .replaceAll(' ', '-');
}

function sources(folder: string, ending = '.ts'): string {
  const files = readdirSync(`${ROOT}/${folder}`, { recursive: true, encoding: 'utf8' });
  const wanted = files.filter((file) => file.endsWith(ending) && !file.endsWith('.test.ts'));
  return wanted.map((file) => readFileSync(`${ROOT}/${folder}/${file}`, 'utf8')).join('\n');
}
