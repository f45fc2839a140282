/**
 * Milliseconds to wait according to a `Retry-After` header, which is seconds or an HTTP date (RFC 9110, 10.2.3);
 * undefined when there is none or it cannot be read. Dates are the server's, so they are compared with real time.
 */
export function retryAfterMs(header: string | null | undefined): number | undefined {
  if (header === null || header === undefined) return undefined;
  if (/^\d+$/.test(header.trim())) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(date - Date.now(), 0);
}
