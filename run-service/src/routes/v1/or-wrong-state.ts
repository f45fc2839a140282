import { Rejected } from '@dovetail/core/domain/errors.ts';
import { Problem } from '../../middleware/problem.ts';

/** What `done` gives; where a flow of ours refused, it is told as the state of things, not as another system's answer. */
export async function orWrongState<T>(done: Promise<T>): Promise<T> {
  try {
    return await done;
  } catch (cause) {
    if (!(cause instanceof Rejected)) throw cause;
    const { message, reason } = cause;
    const detail = `${message.slice(0, 1).toUpperCase()}${message.slice(1)}.`;
    throw new Problem('wrong-state', detail, { cause, reason });
  }
}
