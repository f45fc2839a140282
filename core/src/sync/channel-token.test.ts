import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ID_PATTERN } from '../domain/resource.ts';
import { channelToken, verifyChannelToken } from './channel-token.ts';

const KEY = 'key-of-the-channel-tokens';
const OWNER = { tenantId: 'loft', bindingId: 'cal-1' };
const CHANNEL = 'channel-1';
const id = fc.stringMatching(ID_PATTERN);

describe('a channel token', () => {
  it('names its owner to whoever has key and channel', () => {
    fc.assert(
      fc.property(id, id, id, fc.string(), (tenantId, bindingId, channelId, key) => {
        const owner = { tenantId, bindingId };
        expect(verifyChannelToken(channelToken(owner, channelId, key), channelId, key)).toEqual(owner);
      }),
    );
  });

  it('fits into what Google takes, with the longest ids there are', () => {
    const longest = 'a'.repeat(64);
    const token = channelToken({ tenantId: longest, bindingId: longest }, longest, KEY);
    expect(token.length).toBeLessThanOrEqual(256);
    expect(token).toMatch(/^[\x21-\x7e]+$/);
  });

  it('is good for its own channel and key alone', () => {
    const token = channelToken(OWNER, CHANNEL, KEY);
    expect(verifyChannelToken(token, 'channel-2', KEY)).toBeNull();
    expect(verifyChannelToken(token, '', KEY)).toBeNull();
    expect(verifyChannelToken(token, CHANNEL, 'another key')).toBeNull();
  });

  it('cannot be turned to another tenant or binding', () => {
    const [, , signature] = channelToken(OWNER, CHANNEL, KEY).split('.');
    expect(verifyChannelToken(`casa.cal-1.${signature}`, CHANNEL, KEY)).toBeNull();
    expect(verifyChannelToken(`loft.cal-2.${signature}`, CHANNEL, KEY)).toBeNull();
  });

  it('cannot be turned to other ids that read the same when they are joined', () => {
    const signatureOf = (tenantId: string, bindingId: string, channelId: string) =>
      channelToken({ tenantId, bindingId }, channelId, KEY).split('.').at(-1);
    const signatures = [
      signatureOf('ab', 'c', 'd'),
      signatureOf('a', 'bc', 'd'),
      signatureOf('a', 'b', 'cd'),
      signatureOf('ab', 'cd', ''),
      signatureOf('a"', '"b', 'c'),
      signatureOf('a', '","b', 'c'),
    ];
    expect(new Set(signatures).size).toBe(signatures.length);
  });

  it('is refused once any letter of its owner or signature was changed', () => {
    const token = channelToken(OWNER, CHANNEL, KEY);
    // The last letter has two bits that belong to no byte.
    for (let position = 0; position < token.length - 1; position++) {
      const letter = token[position] === 'x' ? 'y' : 'x';
      expect(
        verifyChannelToken(token.slice(0, position) + letter + token.slice(position + 1), CHANNEL, KEY),
      ).toBeNull();
    }
  });

  it('is refused when it is cut short or goes on', () => {
    const token = channelToken(OWNER, CHANNEL, KEY);
    for (let length = 0; length < token.length; length++) {
      expect(verifyChannelToken(token.slice(0, length), CHANNEL, KEY)).toBeNull();
    }
    expect(verifyChannelToken(`${token}AAAA`, CHANNEL, KEY)).toBeNull();
    expect(verifyChannelToken(`${token}.`, CHANNEL, KEY)).toBeNull();
    expect(verifyChannelToken(`${token}.x`, CHANNEL, KEY)).toBeNull();
  });

  it('is refused when it is anything else, without a word', () => {
    const dotted = fc.array(fc.string({ unit: 'binary' }), { maxLength: 5 }).map((texts) => texts.join('.'));
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), dotted), (text) => {
        expect(verifyChannelToken(text, CHANNEL, KEY)).toBeNull();
      }),
    );
  });
});
