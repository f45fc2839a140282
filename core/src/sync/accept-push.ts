import { sha256Hex, taskNameOf } from '../domain/identity.ts';
import { verifyChannelToken } from './channel-token.ts';
import type { SyncDeps } from './deps.ts';

/** Pushes of one channel that arrive within such a window lead to one pull, at its end. */
const WINDOW_MS = 1_000;
/** Clocks of two instances may differ; a push counted into a window must not arrive after its pull. */
const MARGIN_MS = 250;

/** A push as its headers describe it. */
export interface Push {
  readonly channelId: string;
  readonly token: string;
  /** `sync` announces the channel itself; anything else a change. */
  readonly resourceState: string;
}

/**
 * A calendar says that something changed: schedule a pull. Reads and writes no document. A push whose token is not ours
 * is ignored and counted, because the sender must not try again.
 * @throws what the task queue throws: then the sender must try again.
 */
export async function acceptPush(push: Push, deps: Pick<SyncDeps, 'tasks' | 'clock' | 'log' | 'push'>): Promise<void> {
  const owner = verifyChannelToken(push.token, push.channelId, await deps.push.channelKey());
  if (!owner) {
    deps.log.warn('push.ignored', {
      channelId: push.channelId.slice(0, 64),
      reason: 'unknown_channel_or_forged_token',
    });
    return;
  }
  if (push.resourceState === 'sync') return;
  // Each channel's windows begin at an instant of their own, so that not every calendar is pulled at the same one.
  const offset = Number.parseInt(sha256Hex(push.channelId).slice(0, 8), 16) % WINDOW_MS;
  const window = Math.floor((deps.clock.now() - offset) / WINDOW_MS);
  await deps.tasks.enqueue({
    queue: 'pull-calendar',
    name: taskNameOf('pull', owner.tenantId, owner.bindingId, push.channelId, window),
    payload: { ...owner, trigger: 'push', channelId: push.channelId },
    runAt: (window + 1) * WINDOW_MS + offset + MARGIN_MS,
  });
}
