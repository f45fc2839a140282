import { v1Operations } from '@dovetail/run-service/routes/v1/v1-operations.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Service, startService } from './run-service-server.ts';

let service: Service;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.close());

// biome-ignore lint/suspicious/noExplicitAny: a JSON document that is looked into.
const document = async (): Promise<any> => (await service.send('GET', '/openapi.json', { key: null })).body;

describe('/openapi.json', () => {
  it('describes every operation of the table, once', async () => {
    const { paths, openapi, info } = await document();
    expect([openapi, info.version]).toEqual(['3.1.0', '1.2.3']);
    for (const { id, path, method } of v1Operations) expect(paths[path][method].operationId).toBe(id);
    const ids = Object.values(paths).flatMap((methods) =>
      Object.values(methods as object).map((each) => each.operationId),
    );
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBe(v1Operations.length + 3);
  });

  it('names every parameter of a path', async () => {
    const { paths } = await document();
    for (const [path, methods] of Object.entries(paths)) {
      const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      for (const { parameters = [] } of Object.values(methods as object)) {
        const described = parameters.filter((each: { in: string }) => each.in === 'path');
        expect(described.map(({ name }: { name: string }) => name)).toEqual(names);
      }
    }
  });

  it('states the same rules that requests are held to', async () => {
    const { paths, components } = await document();
    const draft = paths['/v1/resources'].post.requestBody.content['application/json'].schema;
    expect(draft.required.toSorted()).toEqual(['kind', 'name', 'timeZone']);
    expect(draft.properties.kind.enum).toEqual(['timed', 'nightly']);
    const pageSize = paths['/v1/runs'].get.parameters.find(({ name }: { name: string }) => name === 'pageSize');
    expect(pageSize.schema).toMatchObject({ minimum: 1, maximum: 500, default: 100 });
    expect(Object.keys(components.schemas)).toEqual(
      expect.arrayContaining([
        'Resource',
        'Event',
        'Booking',
        'Binding',
        'Run',
        'Proposal',
        'Feed',
        'Problem',
        'BookingWebhook',
      ]),
    );
  });

  it('does not forbid in requests what it takes', async () => {
    expect(JSON.stringify(await document())).not.toContain('readOnly');
  });

  it('leads every reference to something', async () => {
    const whole = await document();
    const references = JSON.stringify(whole).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g);
    for (const [, name] of references) expect(whole.components.schemas).toHaveProperty(name!);
  });
});

describe('/docs', () => {
  it('lists every operation and loads nothing from elsewhere', async () => {
    const reply = await service.send('GET', '/docs', { key: null });
    expect(reply.headers.get('content-type')).toMatch(/^text\/html/);
    for (const { path } of v1Operations) expect(reply.text).toContain(path);
    expect(reply.text).not.toMatch(/<script|<link|https?:\/\//);
  });
});
