import { describe, expect, it } from 'vitest';
import { InvalidInput } from '../../domain/errors.ts';
import { checkUrl, guardedLookup, isPublicAddress, type Resolve } from './public-address.ts';

describe('isPublicAddress', () => {
  it.each(['8.8.8.8', '93.184.215.14', '172.32.0.1', '100.128.0.1', '2606:4700::1111', '2a00:1450:4001:82a::200e'])(
    'takes %s for public',
    (address) => {
      expect(isPublicAddress(address)).toBe(true);
    },
  );

  it.each([
    '0.0.0.0',
    '10.1.2.3',
    '100.64.0.1',
    '127.0.0.1',
    '127.255.255.254',
    '169.254.169.254',
    '172.31.255.255',
    '192.168.0.1',
    '198.18.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:127.0.0.1',
    '::ffff:8.8.8.8',
    '64:ff9b::7f00:1',
    '64:ff9b::8.8.8.8',
    '64:ff9b:1::1',
    '2001::1',
    '2002:808:808::1',
    '::127.0.0.1',
    '::ffff:0:127.0.0.1',
    '192.88.99.1',
    '240.0.0.1',
    'fc00::1',
    'fd12:3456::1',
    'fe80::1',
    'fe80::1%eth0',
    'ff02::1',
    '2001:db8::1',
    '2002:7f00:1::',
    'localhost',
    '',
  ])('does not take %s for public', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });
});

describe('checkUrl', () => {
  it.each([
    'http://example.com/a.ics',
    'ftp://example.com/a.ics',
    'file:///etc/passwd',
    'https://127.0.0.1/a.ics',
    'https://2130706433/a.ics',
    'https://0x7f.1/a.ics',
    'https://[::1]/a.ics',
    'https://[::ffff:10.0.0.1]/a.ics',
  ])('refuses %s', (url) => {
    expect(() => checkUrl(new URL(url), false)).toThrow(InvalidInput);
  });

  it('accepts https, and where private addresses are allowed http and loopback', () => {
    expect(() => checkUrl(new URL('https://example.com/a.ics'), false)).not.toThrow();
    expect(() => checkUrl(new URL('http://127.0.0.1:8090/feeds/a.ics'), true)).not.toThrow();
    expect(() => checkUrl(new URL('file:///etc/passwd'), true)).toThrow(InvalidInput);
  });
});

describe('guardedLookup', () => {
  const look = (hostname: string, all: boolean, resolve?: Resolve) =>
    new Promise((done) => guardedLookup(resolve)(hostname, { all }, (error, address) => done(error ?? address)));
  const answering =
    (...addresses: string[]): Resolve =>
    (_hostname, _options, callback) =>
      callback(
        null,
        addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      );

  it('resolves no name to this machine', async () => {
    expect(await look('localhost', true)).toBeInstanceOf(InvalidInput);
    expect(await look('localhost', false)).toBeInstanceOf(InvalidInput);
  });

  it('resolves in both forms a socket may ask for', async () => {
    expect(await look('8.8.8.8', true)).toEqual([{ address: '8.8.8.8', family: 4 }]);
    expect(await look('8.8.8.8', false)).toBe('8.8.8.8');
  });

  it('trusts no name that has a private address beside a public one', async () => {
    expect(await look('feeds.example', true, answering('8.8.8.8', '10.0.0.1'))).toBeInstanceOf(InvalidInput);
    expect(await look('feeds.example', true, answering('2a00:1450::1', '::ffff:127.0.0.1'))).toBeInstanceOf(
      InvalidInput,
    );
    expect(await look('feeds.example', false, answering())).toBeInstanceOf(InvalidInput);
  });

  it('passes on that a name is not known', async () => {
    const unknown = Object.assign(new Error('not found'), { code: 'ENOTFOUND' });
    expect(await look('feeds.example', true, (_hostname, _options, callback) => callback(unknown, []))).toBe(unknown);
  });
});
