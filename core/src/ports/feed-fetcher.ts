import type { FeedAuth } from '../domain/feed.ts';

/** Reads iCalendar addresses. */
export interface FeedFetcher {
  /**
   * A conditional GET. `not-modified` when the server says so, otherwise the whole body, whatever it is: an HTML page
   * answered with 200 is a body too. What is no full success (204, 206, a redirect to nowhere) is never one.
   * @throws TemporarilyUnavailable (no answer in time, 5xx, damaged), RateLimited, AccessRevoked (401, 403), NotFound,
   * InvalidInput (address or header not allowed, too large). None names the address or what opens it.
   */
  fetch(request: FeedRequest): Promise<FeedAnswer>;
}

export interface FeedRequest {
  readonly url: string;
  readonly etag?: string;
  readonly lastModified?: string;
  /** Sent to the origin of `url` only, never along a redirect to another. */
  readonly auth?: FeedAuth;
  /** Loopback and private addresses, and plain http, are refused without it. */
  readonly allowPrivate: boolean;
}

export type FeedAnswer =
  | { readonly type: 'not-modified' }
  | {
      readonly type: 'body';
      readonly bytes: Uint8Array;
      readonly contentType: string;
      readonly etag?: string;
      readonly lastModified?: string;
    };
