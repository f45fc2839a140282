import { randomBytes } from 'node:crypto';

/** Who asks. Only service accounts are held to a calendar's role; the studio's owner may do everything. */
export interface Caller {
  readonly kind: 'owner' | 'service-account';
  readonly email: string;
  /** `undefined`: all of them. */
  readonly scopes: ReadonlySet<string> | undefined;
}

/** The token that callers from outside the studio may always use; it is its owner's. */
export const SANDBOX_GOOGLE_TOKEN = 'sandbox-google-token';

const OWNER: Caller = { kind: 'owner', email: 'owner@sandbox', scopes: undefined };

/** How long an access token is good for, in seconds. */
export const TOKEN_LIFETIME_S = 3600;

/** The access tokens that were given out. They live in memory and age in real time. */
export class AccessTokens {
  readonly #issued = new Map<string, { readonly caller: Caller; readonly expiresAt: number }>();

  issue(email: string, scopes: readonly string[]): string {
    const token = `ya29.${randomBytes(24).toString('base64url')}`;
    const caller: Caller = { kind: 'service-account', email, scopes: new Set(scopes) };
    this.#issued.set(token, { caller, expiresAt: Date.now() + TOKEN_LIFETIME_S * 1000 });
    return token;
  }

  /** Whose token it is; undefined when it is unknown or expired. */
  callerOf(token: string): Caller | undefined {
    if (token === SANDBOX_GOOGLE_TOKEN) return OWNER;
    const known = this.#issued.get(token);
    return known && known.expiresAt > Date.now() ? known.caller : undefined;
  }

  /** Makes every token that was issued worthless. */
  revokeAll(): void {
    this.#issued.clear();
  }
}
