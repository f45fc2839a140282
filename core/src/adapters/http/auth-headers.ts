import { InvalidInput } from '../../domain/errors.ts';
import type { FeedAuth } from '../../domain/feed.ts';

/** A header's name: a token (RFC 9110, 5.6.2). */
const TOKEN = /^[!#$%&'*+.^_`|~\dA-Za-z-]{1,100}$/;
/** A header's value: visible ASCII and spaces within, so that nothing in it can end the line. */
const VALUE = /^[\x21-\x7e](?:[\x20-\x7e]{0,8000}[\x21-\x7e])?$/;

/**
 * Headers that a feed's owner may not set: those that frame or route the request (RFC 9110, 7.2, 7.6 and 8.6; RFC 9112,
 * 6), and those by which we ask for whole calendars in an encoding we read.
 */
const OURS: ReadonlySet<string> = new Set([
  'accept-encoding',
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'range',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);
const OURS_PREFIX = /^(?:if|proxy)-/;

/**
 * The request headers that say who asks; names are lower case.
 * @throws InvalidInput for a name that would break the request, or a value that is no header's; never quoting either.
 */
export function authHeaders(auth: FeedAuth | undefined): Record<string, string> {
  switch (auth?.type) {
    case undefined:
      return {};
    case 'basic':
      return { authorization: `Basic ${basicCredentials(auth.username, auth.password)}` };
    case 'bearer':
      return { authorization: `Bearer ${checkedValue(auth.token, 'auth.token')}` };
    case 'header':
      return { [checkedName(auth.name)]: checkedValue(auth.value, 'auth.value') };
  }
}

/** RFC 7617: the user's name has no colon, and UTF-8 is what servers expect most. */
function basicCredentials(username: string, password: string): string {
  if (username.includes(':')) {
    throw new InvalidInput('a user name with a colon cannot be sent', { paths: ['auth.username'] });
  }
  return Buffer.from(`${username}:${password}`).toString('base64');
}

function checkedName(name: string): string {
  const lower = name.toLowerCase();
  if (!TOKEN.test(name) || OURS.has(lower) || OURS_PREFIX.test(lower)) {
    throw new InvalidInput('this header cannot be set on the request for a feed', { paths: ['auth.name'] });
  }
  return lower;
}

function checkedValue(value: string, path: string): string {
  if (VALUE.test(value)) return value;
  throw new InvalidInput('the value of the header has characters that a header cannot have', { paths: [path] });
}
