import { hash } from 'node:crypto';
import type { EventSource } from './event.ts';

/**
 * Derived identities. Everything that can be created twice by a crash or a redelivery gets its name from what it is,
 * never from chance, so the second attempt meets the first.
 */

/** The ledger's id of what a source calls `externalUid` (with its recurrence id and, for repeated UIDs, its start). */
export function eventIdOf(source: EventSource, recurrenceId = '', start = ''): string {
  return digest('event', source.type, source.id, source.externalUid, recurrenceId, start).slice(0, 26);
}

/** The id of the mapping between an event and a binding. */
export function mappingIdOf(eventId: string, bindingId: string): string {
  return `${eventId}~${bindingId}`;
}

/**
 * The id we choose for a calendar event. Google allows `[a-v0-9]{5,1024}` (provider docs, events.insert) and never
 * frees an id once used, hence `generation`: the next one is taken when an id is burnt.
 */
export function remoteEventIdOf(tenantId: string, eventId: string, bindingId: string, generation: number): string {
  return digest('remote', tenantId, eventId, bindingId, String(generation)).slice(0, 40);
}

/** A Cloud Tasks name: hashed first, because sequential prefixes slow the queue, with the readable part behind. */
export function taskNameOf(label: string, ...parts: readonly (string | number)[]): string {
  return `${digest('task', label, ...parts.map(String)).slice(0, 24)}-${label}`;
}

/** The id under which one webhook delivery of one system is remembered. */
export function deliveryIdOf(tenantId: string, systemId: string, webhookId: string): string {
  return hash('sha256', JSON.stringify([tenantId, systemId, webhookId]), 'hex');
}

/** Lower-case hex SHA-256, the form in which API keys and tokens are stored. */
export function sha256Hex(secret: string): string {
  return hash('sha256', secret, 'hex');
}

/** Base32hex (RFC 4648; lower case, unpadded) of the SHA-256 over the parts, unambiguous about where each ends. */
export function digest(...parts: readonly string[]): string {
  const hex = hash('sha256', JSON.stringify(parts), 'hex');
  // JavaScript's own digits in base 32 are those of base32hex; 256 bits and four of padding fill 52 of them.
  return (BigInt(`0x${hex}`) << 4n).toString(32).padStart(52, '0');
}
