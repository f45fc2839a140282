import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** How terraform/ can be checked here; each null where it cannot. */
    terraformCheck: TerraformCheck;
  }
}

export interface TerraformCheck {
  /** The program, for what it checks by itself. */
  readonly terraform: string | null;
  /** Formats, validates and tests a folder against a stand-in for Google's provider, without a network. */
  readonly offline: string | null;
}

/** Beside the project on machines that have it, like the emulator never a part of it. */
const OFFLINE = '../shared/terraform-check/validate-offline.sh';
const MARK = "inject('terraformCheck')";

/**
 * Looks for what checks terraform/, if a test of the run says `inject('terraformCheck')`. The run's last lines say what
 * is missing, and so what was not checked.
 */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const texts = await Promise.all(project.vitest.state.getPaths().map((path) => readFile(path, 'utf8')));
  const isWanted = texts.some((text) => text.includes(MARK));
  const check = isWanted ? findCheck() : { terraform: null, offline: null };
  project.provide('terraformCheck', check);
  return async () => {
    if (isWanted && check.offline === null) process.stderr.write(warning(check));
  };
}

function findCheck(): TerraformCheck {
  const isThere = spawnSync('terraform', ['version'], { stdio: 'ignore' }).status === 0;
  const offline = new URL(`../../${OFFLINE}`, import.meta.url);
  return { terraform: isThere ? 'terraform' : null, offline: isThere && existsSync(offline) ? offline.pathname : null };
}

function warning({ terraform }: TerraformCheck): string {
  const cause = terraform === null ? 'there is no terraform program' : `${OFFLINE} is missing`;
  return [
    '',
    `NOT CHECKED BY TERRAFORM: ${cause}, so terraform/ was only compared with the code.`,
    '  tests/deployment/terraform-check.test.ts',
    'With a network: cd terraform && terraform init && terraform validate && terraform test',
    '',
    '',
  ].join('\n');
}
