import { problemSchema } from '@dovetail/run-service/schemas/problem.ts';
import { Finding } from '../finding.ts';
import type { WireAnswer } from './wire-client.ts';

/**
 * Holds an answer to what every answer keeps to: nothing is our fault, and what is refused is told in a problem document
 * (RFC 9457), of which an answer to HEAD has no more than the type. `name` is of what was asked.
 * @throws Finding
 */
export function checkAnswer(name: string, answer: WireAnswer, isHead = false): void {
  const { status, headers, body } = answer;
  const detail = () => `${status} ${JSON.stringify(headers)}\n${body.toString('utf8').slice(0, 2_000)}`;
  if (status >= 500) throw new Finding(`${status} from ${name}`, detail());
  if (status < 400) return;
  if (!/^application\/problem\+json/.test(headers['content-type'] ?? '')) {
    throw new Finding(`${status} from ${name} is no problem document`, detail());
  }
  if (isHead) return;
  const document = problemSchema.safeParse(parsed(body));
  if (!document.success) throw new Finding(`${status} from ${name} is an odd problem document`, detail());
  if (document.data.status !== status) throw new Finding(`${status} from ${name} says another status`, detail());
}

/** What the body says, or undefined when it is no JSON. */
export function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}
