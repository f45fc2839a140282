import { createHmac, timingSafeEqual } from 'node:crypto';

/** Whose push it is, as its channel token says. */
export interface ChannelOwner {
  readonly tenantId: string;
  readonly bindingId: string;
}

/**
 * The token a channel carries in every push: tenant, binding, and an HMAC over both and the channel's id. It lets the
 * ingress know a push is ours, and whose, without reading anything. At most 256 characters (Google's limit), which ids
 * of up to 64 characters keep.
 */
export function channelToken(owner: ChannelOwner, channelId: string, key: string): string {
  return `${owner.tenantId}.${owner.bindingId}.${signature(owner, channelId, key).toString('base64url')}`;
}

/** The owner a push's token names, or null when it was not made by us for this channel. Takes constant time. */
export function verifyChannelToken(token: string, channelId: string, key: string): ChannelOwner | null {
  const [tenantId, bindingId, given, ...rest] = token.split('.');
  if (!tenantId || !bindingId || given === undefined || rest.length > 0) return null;
  const owner = { tenantId, bindingId };
  const expected = signature(owner, channelId, key);
  const actual = Buffer.from(given, 'base64url');
  return actual.length === expected.length && timingSafeEqual(actual, expected) ? owner : null;
}

function signature(owner: ChannelOwner, channelId: string, key: string): Buffer {
  return createHmac('sha256', key)
    .update(JSON.stringify([owner.tenantId, owner.bindingId, channelId]))
    .digest();
}
