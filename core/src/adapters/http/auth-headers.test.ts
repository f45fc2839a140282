import { describe, expect, it } from 'vitest';
import { InvalidInput } from '../../domain/errors.ts';
import type { FeedAuth } from '../../domain/feed.ts';
import { authHeaders } from './auth-headers.ts';

describe('authHeaders', () => {
  it('says nothing where nothing is asked for', () => {
    expect(authHeaders(undefined)).toEqual({});
  });

  it('writes a name and password as RFC 7617 does, in UTF-8', () => {
    expect(authHeaders({ type: 'basic', username: 'test', password: '123£' })).toEqual({
      authorization: 'Basic dGVzdDoxMjPCow==',
    });
  });

  it('writes a token, and a header of any other name', () => {
    expect(authHeaders({ type: 'bearer', token: 'abc.def' })).toEqual({ authorization: 'Bearer abc.def' });
    expect(authHeaders({ type: 'header', name: 'X-Api-Key', value: 'a key' })).toEqual({ 'x-api-key': 'a key' });
  });

  it.each([
    'Host',
    'content-length',
    'Connection',
    'Transfer-Encoding',
    'TE',
    'Range',
    'If-None-Match',
    'Accept-Encoding',
    'Proxy-Authorization',
    'x key',
    'x:key',
    'x\r\nhost',
    '',
  ])('refuses the header name %j, which would break the request', (name) => {
    expect(pathsOf({ type: 'header', name, value: 'x' })).toEqual(['auth.name']);
  });

  it.each(['a\r\nhost: b', 'a\n', '\0', ' a', 'é', ''])('refuses the value %j, which no header can have', (value) => {
    expect(pathsOf({ type: 'header', name: 'x-key', value })).toEqual(['auth.value']);
    expect(pathsOf({ type: 'bearer', token: value })).toEqual(['auth.token']);
  });

  it('refuses a user name that would end at its colon', () => {
    expect(pathsOf({ type: 'basic', username: 'a:b', password: 'c' })).toEqual(['auth.username']);
  });
});

function pathsOf(auth: FeedAuth): readonly string[] | undefined {
  try {
    authHeaders(auth);
    return undefined;
  } catch (error) {
    return error instanceof InvalidInput ? error.paths : undefined;
  }
}
