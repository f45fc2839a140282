import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidInput } from '../domain/errors.ts';
import { tenantPath } from './tenant-path.ts';

const segment = fc.stringMatching(/^[abe/]{1,5}$/);
const place = fc.tuple(segment, fc.constantFrom('events', 'e', 'pages'), segment);

describe('the path of a tenant', () => {
  it('lies under that tenant', () => {
    expect(tenantPath('loft')).toBe('tenants/loft');
    expect(tenantPath('loft', 'resources', 'bay-1', 'pages', '2027-05~1')).toBe(
      'tenants/loft/resources/bay-1/pages/2027-05~1',
    );
  });

  it('is never the path of another tenant, another collection or another document', () => {
    fc.assert(
      fc.property(place, place, (a, b) => {
        fc.pre(a.join(' ') !== b.join(' '));
        const [one, other] = [a, b].map(([tenantId, ...rest]) => {
          try {
            return tenantPath(tenantId, ...rest);
          } catch (error) {
            expect(error).toBeInstanceOf(InvalidInput);
            return null;
          }
        });
        if (one !== null) expect(one).not.toBe(other);
      }),
      { numRuns: 1_000 },
    );
  });

  it.each([
    [['loft/events/p']],
    [['loft', 'events', 'p/events/q']],
    [['loft', 'a/b']],
    [['/']],
    [['loft', 'events', '/x']],
  ])('refuses %j', (segments) => {
    const [tenantId, ...rest] = segments as [string, ...string[]];
    expect(() => tenantPath(tenantId, ...rest)).toThrow(InvalidInput);
  });
});
