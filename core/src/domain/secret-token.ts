import { randomBytes } from 'node:crypto';

/** As long as the hash it is stored under. */
const TOKEN_BYTES = 32;

/** A secret that is shown once and that nobody can guess: 43 letters, digits, `-` and `_`. */
export function newSecretToken(): string {
  return randomBytes(TOKEN_BYTES).toString('base64url');
}
