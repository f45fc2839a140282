import type { Binding, Channel } from '../domain/binding.ts';
import { AccessRevoked, NotFound, Rejected } from '../domain/errors.ts';
import { digest } from '../domain/identity.ts';
import { instantOf, msOf } from '../domain/interval.ts';
import { channelToken } from './channel-token.ts';
import { calendarOf, type SyncDeps } from './deps.ts';
import { parkBinding } from './park-binding.ts';
import { pullCalendar } from './pull-calendar.ts';

/** What we ask for; Google grants seven days at most, and its answer counts. */
const WANTED_LIFETIME_MS = 7 * 86_400_000;
/** A channel is replaced with a fifth of its life left, and up to this share earlier, so that renewals spread. */
const RENEW_LEFT = 0.2;
const STAGGER = 0.1;
/** With less than this share of its life left a channel has been asked for again many times, and in vain. */
const NEAR_END_LEFT = 0.1;
/** How long a binding goes without a channel before one is asked for again. */
const ASK_AGAIN_MS = 6 * 3_600_000;

/**
 * Gives a binding a fresh channel: the new one first, then a pull for what may have fallen between, then the old one is
 * stopped. At no moment is the calendar unwatched.
 * @throws RateLimited, TemporarilyUnavailable.
 */
export async function renewChannel(
  input: { readonly tenantId: string; readonly bindingId: string },
  deps: SyncDeps,
): Promise<void> {
  const { tenantId, bindingId } = input;
  const binding = await deps.store.bindings.get(deps.documents, tenantId, bindingId);
  if (binding?.state !== 'active') return;
  const channel = await openChannel(tenantId, binding, deps);
  if (channel) await replaceChannel(tenantId, binding, channel, deps);
}

async function replaceChannel(tenantId: string, binding: Binding, channel: Channel, deps: SyncDeps): Promise<void> {
  const bindingId = binding.id;
  const old = binding.channel;
  const update = deps.store.bindings.update(tenantId, bindingId, {
    channel,
    renewAt: renewalTime(channel, bindingId),
    ...(old && { retiringChannel: old }),
    updatedAt: instantOf(deps.clock.now()),
  });
  try {
    await deps.documents.commit([update]);
  } catch (error) {
    // Unbound meanwhile, by somebody who could not know of this channel.
    if (error instanceof NotFound) await deps.calendars[binding.provider].stop(channel);
    throw error;
  }
  if (binding.syncToken !== undefined) await pullCalendar({ tenantId, bindingId, trigger: 'renewal' }, deps);
  for (const stale of [old, binding.retiringChannel]) if (stale) await deps.calendars[binding.provider].stop(stale);
  await deps.documents.commit([deps.store.bindings.update(tenantId, bindingId, { retiringChannel: undefined })]);
  deps.log.info('channel.renewed', { tenantId, bindingId, channelId: channel.id, calendarId: binding.calendarId });
}

async function openChannel(tenantId: string, binding: Binding, deps: SyncDeps): Promise<Channel | null> {
  const now = deps.clock.now();
  const id = deps.newId();
  try {
    const granted = await deps.calendars[binding.provider].watch(calendarOf(binding), {
      channelId: id,
      token: channelToken({ tenantId, bindingId: binding.id }, id, await deps.push.channelKey()),
      address: deps.push.address,
      expiresAt: instantOf(now + WANTED_LIFETIME_MS),
    });
    return { id, resourceId: granted.resourceId, createdAt: instantOf(now), expiresAt: granted.expiresAt };
  } catch (error) {
    if (error instanceof AccessRevoked) await parkBinding(tenantId, binding, error, deps);
    else if (error instanceof Rejected) await goWithoutChannel(tenantId, binding, error, deps);
    else throw error;
    return null;
  }
}

/**
 * The provider will not push to us, most likely because our address is not public https. The calendar is pulled closely
 * instead, and the channel asked for again later.
 */
async function goWithoutChannel(tenantId: string, binding: Binding, cause: Rejected, deps: SyncDeps): Promise<void> {
  const now = deps.clock.now();
  const { reason } = cause;
  if (binding.channel || binding.renewAt === undefined) {
    deps.log.alert('channel.refused', { tenantId, bindingId: binding.id, calendarId: binding.calendarId, reason });
  }
  await deps.documents.commit([
    deps.store.bindings.update(tenantId, binding.id, {
      channel: undefined,
      renewAt: instantOf(now + ASK_AGAIN_MS),
      closeWatchUntil: instantOf(now + 2 * ASK_AGAIN_MS),
      updatedAt: instantOf(now),
    }),
  ]);
}

/** The binding's id decides how much of the stagger it gets, so that a fleet bound in one minute renews over hours. */
function renewalTime(channel: Channel, bindingId: string): string {
  const lifetime = msOf(channel.expiresAt) - msOf(channel.createdAt);
  const share = Number.parseInt(digest('renewal', bindingId).slice(0, 4), 32) / 32 ** 4;
  return instantOf(msOf(channel.expiresAt) - lifetime * (RENEW_LEFT + STAGGER * share));
}

/** Whether a channel is about to end although its renewal has long been due. */
export function isNearEnd(channel: Channel, now: number): boolean {
  const end = msOf(channel.expiresAt);
  return end - now < (end - msOf(channel.createdAt)) * NEAR_END_LEFT;
}
