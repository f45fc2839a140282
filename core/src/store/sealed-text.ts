import type { Sealer } from './sealed.ts';

/** `seal` in one line of text, for places that take JSON only: task payloads. */
export function sealText(sealer: Sealer, value: unknown, context: string): string {
  const { k, v } = sealer.seal(value, context);
  return `${Buffer.from(v).toString('base64url')}.${k}`;
}

/** The value that `sealText` sealed. @throws as `Sealer.open`. */
export function openText<T>(sealer: Sealer, text: string, context: string): T {
  const dot = text.indexOf('.');
  return sealer.open<T>({ k: text.slice(dot + 1), v: Buffer.from(text.slice(0, dot), 'base64url') }, context);
}
