import { randomBytes } from 'node:crypto';
import { createLocalSealingKeys, parseSealingKeys } from '@dovetail/core/adapters/secrets/local-sealing-keys.ts';
import { newSecretToken } from '@dovetail/core/domain/secret-token.ts';
import { UsageError } from './read-command.ts';

/** The secrets that every installation makes for itself. */
export const SECRET_NAMES = ['sealing-keys', 'channel-key'] as const;

const SEALING_KEY_BYTES = 32;

/**
 * The text of a new secret.
 * @param before the sealing keys so far: they go on opening what they sealed, behind the new one that seals.
 * @throws UsageError for a name that none has; InvalidInput for sealing keys that are none.
 */
export function makeSecret(name: string, before?: string): string {
  if (name === 'sealing-keys') {
    const known = before?.trim() ?? '';
    if (before !== undefined) createLocalSealingKeys(parseSealingKeys(known));
    const key = randomBytes(SEALING_KEY_BYTES).toString('base64');
    return known === '' ? key : `${key},${known}`;
  }
  if (name !== 'channel-key') throw new UsageError(`A secret is one of ${SECRET_NAMES.join(', ')}; "${name}" is not.`);
  if (before !== undefined) throw new UsageError('A channel key replaces the one before: leave --after out.');
  return newSecretToken();
}
