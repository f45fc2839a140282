import { describe, expect, it } from 'vitest';
import { msOf } from './interval.ts';
import { signingSecrets, type Webhook, withSecret } from './webhook.ts';

const NOON = '2027-05-01T12:00:00Z';
const WEBHOOK: Webhook = {
  ...{ id: 'hook', url: 'https://hooks.test/', secret: 'first', types: ['booking.*'], status: 'enabled' },
  ...{ allowPrivate: false, createdAt: '2027-01-01T00:00:00Z', updatedAt: '2027-01-01T00:00:00Z' },
};

describe('a signing key', () => {
  it('signs alone until it is replaced', () => {
    expect(signingSecrets(WEBHOOK, msOf(NOON))).toEqual(['first']);
  });

  it('signs after the new one until its time is over, to the second', () => {
    const rotated = withSecret(WEBHOOK, 'second', NOON);
    expect(signingSecrets(rotated, msOf(NOON) - 1000)).toEqual(['second', 'first']);
    expect(signingSecrets(rotated, msOf(NOON))).toEqual(['second']);
  });

  it('ends with the rotation after the next, however long it had', () => {
    const rotated = withSecret(withSecret(WEBHOOK, 'second', NOON), 'third', NOON);
    expect(signingSecrets(rotated, 0)).toEqual(['third', 'second']);
  });

  it('ends at once where it is given no time, with the one before it', () => {
    const rotated = withSecret(withSecret(WEBHOOK, 'second', NOON), 'third', undefined);
    expect(signingSecrets(rotated, 0)).toEqual(['third']);
    expect(rotated).not.toHaveProperty('previous');
  });

  it('is not lost when the commit that replaced it is made again', () => {
    const rotated = withSecret(WEBHOOK, 'second', NOON);
    expect(withSecret(rotated, 'second', NOON)).toEqual(rotated);
  });
});
