import { type AddressInfo, connect } from 'node:net';
import { answerErrors } from '@dovetail/run-service/middleware/answer-errors.ts';
import { healthRoutes } from '@dovetail/run-service/routes/health.ts';
import { problemSchema } from '@dovetail/run-service/schemas/problem.ts';
import express from 'express';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { expectProblem, type Service, startService } from './run-service-server.ts';

let service: Service;
beforeEach(async () => {
  service = await startService();
});
afterEach(() => service.close());

describe('the service over HTTP', () => {
  it('says that it is well, and which version it is', async () => {
    const reply = await service.send('GET', '/health', { key: null });
    expect([reply.status, reply.body]).toEqual([200, { status: 'ok', version: '1.2.3' }]);
  });

  it.each([
    ['fails', () => Promise.reject(new Error('disk gone'))],
    ['does not answer in time', () => new Promise<null>(() => {})],
  ])('says that it is not well when the store %s', async (_case, get) => {
    const documents = { ...service.documents, get } as unknown as Service['documents'];
    const app = express();
    app.use(healthRoutes({ documents, version: '1' }, 20), answerErrors);
    const server = app.listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    try {
      const response = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/health`);
      expect(response.status).toBe(503);
      expect(await response.json()).toMatchObject({ type: 'urn:dovetail:problem:temporarily-unavailable' });
    } finally {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  });

  it('gives each answer a request id, the caller’s own when it is a plain one', async () => {
    const own = await service.send('GET', '/health', { headers: { 'x-request-id': 'trace-1' } });
    expect(own.headers.get('x-request-id')).toBe('trace-1');
    const odd = await service.send('GET', '/nowhere', { headers: { 'x-request-id': 'a b"c' } });
    const id = odd.headers.get('x-request-id');
    expect(id).toMatch(/^id\d+$/);
    expect(odd.body.instance).toBe(`urn:dovetail:request:${id}`);
  });

  it('sends the headers that keep browsers careful, and not who made it', async () => {
    const { headers } = await service.send('GET', '/health');
    expect(headers.get('content-security-policy')).toContain("default-src 'self'");
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.has('x-powered-by')).toBe(false);
  });

  it.each(['/', '/v1', '/v1/nothing', '/v2/resources', '/V1/resources', '/v1/nothing-here', '/v1/tenants'])(
    'answers the unknown address %s with a problem',
    async (path) => {
      const reply = await service.send('GET', path);
      expectProblem(reply);
      expect(reply.status).toBe(404);
    },
  );

  it.each([
    ['PUT', '/v1/resources', 'GET, POST, HEAD'],
    ['POST', '/v1/resources/bay-1', 'GET, PATCH, DELETE, HEAD'],
    ['GET', '/v1/bindings/b:pause', 'POST'],
    ['PATCH', '/v1/runs', 'GET, HEAD'],
  ])('refuses %s %s, and names what it takes', async (method, path, allow) => {
    const reply = await service.send(method, path);
    expectProblem(reply);
    expect([reply.status, reply.headers.get('allow')]).toEqual([405, allow]);
  });

  it('knows no action but its own', async () => {
    expect((await service.send('POST', '/v1/bindings/b:explode')).status).toBe(404);
    expect((await service.send('GET', '/v1/bindings/b:explode')).status).toBe(404);
  });

  it('answers an address that cannot be decoded with a problem', async () => {
    const reply = await service.send('GET', '/v1/resources/%E0%A4%A');
    expectProblem(reply);
    expect(reply.status).toBe(400);
  });

  it.each([
    ['is none', 'GET /v1/bay\x00s HTTP/1.1\r\nHost: a\r\n\r\n', 400, 'invalid-request'],
    [
      'has too much before its body',
      `GET /?${'a'.repeat(20_000)} HTTP/1.1\r\nHost: a\r\n\r\n`,
      431,
      'headers-too-large',
    ],
    ['names no host', 'GET /nowhere HTTP/1.1\r\n\r\n', 404, 'not-found'],
    ['expects what nobody knows', 'GET /nowhere HTTP/1.1\r\nHost: a\r\nExpect: wonders\r\n\r\n', 404, 'not-found'],
  ])('answers a request that %s with a problem', async (_case, request, status, kind) => {
    const socket = connect(Number(new URL(service.baseUrl).port), '127.0.0.1').setEncoding('utf8');
    socket.write(request.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n'));
    const answer = (await socket.toArray()).join('');
    const [head = '', body = ''] = answer.split('\r\n\r\n');
    expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(head).toMatch(/^content-type: application\/problem\+json/im);
    expect(problemSchema.parse(JSON.parse(body))).toMatchObject({ status, type: `urn:dovetail:problem:${kind}` });
  });

  it('answers HEAD like GET, without the body', async () => {
    const reply = await service.send('HEAD', '/v1/resources');
    expect([reply.status, reply.text]).toEqual([200, '']);
  });
});

describe('keys and roles', () => {
  it.each([
    ['no key', {}],
    ['an unknown key', { authorization: 'Bearer loft-admin-kex' }],
    ['another scheme', { authorization: 'Basic bG9mdDpsb2Z0' }],
    ['an empty key', { authorization: 'Bearer ' }],
    ['two keys', { authorization: 'Bearer loft-admin-key casa-admin-key' }],
  ])('refuses %s', async (_case, headers) => {
    const reply = await service.send('GET', '/v1/resources', { key: null, headers });
    expectProblem(reply);
    expect(reply.status).toBe(401);
    expect(reply.headers.get('www-authenticate')).toMatch(/^Bearer realm="dovetail"/);
    expect(service.log.named('api.refused')).toHaveLength(1);
    expect(JSON.stringify(service.log.lines)).not.toContain('kex');
  });

  it.each([
    ['loft-staff-key', 200, 403],
    ['loft-manager-key', 200, 201],
    ['loft-admin-key', 200, 201],
    ['loft-guest-key', 403, 403],
  ])('lets %s read with %i and write with %i', async (key, read, write) => {
    expect((await service.call('listResources', '/v1/resources', { key })).status).toBe(read);
    const body = { name: 'Bay 3', kind: 'timed', timeZone: 'America/New_York' };
    expect((await service.call('createResource', '/v1/resources', { key, body })).status).toBe(write);
  });

  it('leave one log line for a write that was refused, whatever for, and none for a read', async () => {
    await service.send('POST', '/v1/resources', { body: { name: '' } });
    await service.send('POST', '/v1/resources', { body: 'name=x', headers: { 'content-type': 'text/plain' } });
    await service.send('GET', '/v1/resources?pageSize=0');
    await service.send('GET', '/v1/resources/bay-9');
    expect(service.log.lines.map(({ action, fields }) => [action, fields.tenantId, fields.reason])).toEqual([
      ['api.refused', 'loft', 'invalid-request'],
      ['api.refused', 'loft', 'unsupported-media-type'],
    ]);
  });

  it('does not read the body of a caller it does not know', async () => {
    const body = JSON.stringify({ pad: 'x'.repeat(300 * 1024) });
    expect((await service.send('POST', '/v1/resources', { key: 'nobody', body })).status).toBe(401);
  });
});

describe('bodies', () => {
  const post = (body: string, headers: Record<string, string> = { 'content-type': 'application/json' }) =>
    service.send('POST', '/v1/resources', { body, headers });

  it.each([
    ['over 256 kB', JSON.stringify({ name: 'x'.repeat(256 * 1024) }), undefined, 413],
    ['of another type', 'name=bay', { 'content-type': 'application/x-www-form-urlencoded' }, 415],
    ['that is compressed', '{}', { 'content-type': 'application/json', 'content-encoding': 'gzip' }, 415],
    ['of broken JSON', '{"name":', undefined, 400],
    ['that is a list', '[]', undefined, 400],
    ['that is empty', '', undefined, 400],
  ])('refuses one %s', async (_case, body, headers, status) => {
    const reply = await post(body, headers);
    expectProblem(reply);
    expect(reply.status).toBe(status);
  });

  it('names every offending field, unknown ones too', async () => {
    const reply = await post(JSON.stringify({ name: '', kind: 'hourly', timeZone: '+05:00', colour: 'red' }));
    expectProblem(reply);
    expect(reply.body.paths.toSorted()).toEqual(['colour', 'kind', 'name', 'timeZone']);
  });

  it('is not fooled by a field that every object has', async () => {
    const reply = await post('{"name":"x","kind":"timed","timeZone":"UTC","__proto__":{"id":"y"}}');
    expect(reply.status).toBe(400);
  });
});
