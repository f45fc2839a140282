import { createPublicKey } from 'node:crypto';
import type { ServiceAccountCredentials } from '@dovetail/core/adapters/google-calendar/google-client.ts';
import type { Request, Response } from 'express';
import { errors, jwtVerify } from 'jose';
import { type AccessTokens, TOKEN_LIFETIME_S } from './caller.ts';

const GRANT_TYPE = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
/** Google's auth library names this audience whatever address it sends the assertion to. */
const AUDIENCE = 'https://oauth2.googleapis.com/token';
const LIFETIME_MOST_S = 3600;
const CLOCK_SKEW_S = 300;

/** Google's wording of each refusal; the client reads the code alone. */
const REFUSALS = {
  unsupported_grant_type: 'Invalid grant_type',
  invalid_signature: 'Invalid JWT Signature.',
  not_found: 'Invalid grant: account not found',
  audience: 'Invalid JWT: Failed audience check.',
  lifetime: 'Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe.',
  invalid_scope: 'Invalid OAuth scope or ID token audience provided.',
} as const;

class GrantRefused extends Error {
  readonly code: string;

  constructor(refusal: keyof typeof REFUSALS) {
    super(REFUSALS[refusal]);
    this.code = refusal === 'unsupported_grant_type' || refusal === 'invalid_scope' ? refusal : 'invalid_grant';
  }
}

/**
 * Google's token endpoint for one service account: exchanges a signed assertion for an access token. Signatures and
 * lifetimes are checked for real, against real time.
 */
export class TokenEndpoint {
  readonly #account: ServiceAccountCredentials;
  readonly #tokens: AccessTokens;
  /** The account was disabled or deleted: nothing is granted any more. */
  revoked = false;

  constructor(account: ServiceAccountCredentials, tokens: AccessTokens) {
    this.#account = account;
    this.#tokens = tokens;
  }

  /** Answers `POST /token`; the form is expected parsed. */
  async answer(request: Request, response: Response): Promise<void> {
    try {
      const scopes = await this.#grant(request.body ?? {});
      const access_token = this.#tokens.issue(this.#account.client_email, scopes);
      response.json({ access_token, expires_in: TOKEN_LIFETIME_S, token_type: 'Bearer' });
    } catch (error) {
      if (!(error instanceof GrantRefused)) throw error;
      response.status(400).json({ error: error.code, error_description: error.message });
    }
  }

  async #grant(form: Readonly<Record<string, unknown>>): Promise<string[]> {
    if (form['grant_type'] !== GRANT_TYPE) throw new GrantRefused('unsupported_grant_type');
    if (this.revoked) throw new GrantRefused('not_found');
    const { iat = Number.NaN, exp = Number.NaN, iss, scope } = await this.#verify(String(form['assertion'] ?? ''));
    if (iss !== this.#account.client_email) throw new GrantRefused('not_found');
    const skew = iat - Date.now() / 1000;
    if (!(exp - iat <= LIFETIME_MOST_S) || !(skew <= CLOCK_SKEW_S)) throw new GrantRefused('lifetime');
    const scopes = typeof scope === 'string' ? scope.split(' ').filter(Boolean) : [];
    if (scopes.length === 0 || !scopes.every((each) => each.startsWith('https://')))
      throw new GrantRefused('invalid_scope');
    return scopes;
  }

  async #verify(assertion: string) {
    try {
      const key = createPublicKey(this.#account.private_key);
      const options = { algorithms: ['RS256'], audience: AUDIENCE, requiredClaims: ['iat', 'exp'] };
      return (await jwtVerify(assertion, key, options)).payload;
    } catch (error) {
      if (error instanceof errors.JWTExpired) throw new GrantRefused('lifetime');
      if (!(error instanceof errors.JWTClaimValidationFailed)) throw new GrantRefused('invalid_signature');
      throw new GrantRefused(error.claim === 'aud' ? 'audience' : 'lifetime');
    }
  }
}
