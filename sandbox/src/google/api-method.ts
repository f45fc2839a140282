import type { ScopeGroup } from './access.ts';
import type { Caller } from './caller.ts';

/** A request that was let in. */
export interface ApiRequest {
  readonly caller: Caller;
  /** Of the path, decoded. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, unknown>>;
  /** Parsed JSON; undefined when nothing was sent. */
  readonly body: unknown;
  readonly ifMatch: string | undefined;
  readonly ifNoneMatch: string | undefined;
}

export interface ApiAnswer {
  /** 200 when absent. */
  readonly status?: number;
  readonly body?: object;
  /** What was written, when something was. */
  readonly written?: { readonly calendarId: string; readonly eventId: string };
}

/** One method of the Calendar API. Its handler throws GoogleApiError. */
export interface ApiMethod {
  /** As Google's reference calls it: `events.insert`. */
  readonly name: string;
  readonly verb: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** Below `/calendar/v3`. */
  readonly path: string;
  readonly scopes: ScopeGroup;
  readonly handle: (request: ApiRequest) => ApiAnswer;
}
