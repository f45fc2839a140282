import type { FeedAuth } from '../domain/feed.ts';

/** Reads iCalendar addresses. */
export interface FeedFetcher {
  /**
   * A conditional GET. `not-modified` when the server says so, otherwise the body.
   * @throws TemporarilyUnavailable, RateLimited, AccessRevoked (401, 403), NotFound, InvalidInput (address not allowed,
   * too large).
   */
  fetch(request: FeedRequest): Promise<FeedAnswer>;
}

export interface FeedRequest {
  readonly url: string;
  readonly etag?: string;
  readonly lastModified?: string;
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
