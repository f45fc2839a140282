import { NotFound } from '@dovetail/core/domain/errors.ts';
import { instantOf } from '@dovetail/core/domain/interval.ts';
import {
  isSalesPlatform,
  type Publication,
  type PublicationSettings,
  type Selection,
  tokenOf,
  withToken,
} from '@dovetail/core/domain/publication.ts';
import { newSecretToken } from '@dovetail/core/domain/secret-token.ts';
import { type Role, roleIncludes } from '@dovetail/core/domain/tenant.ts';
import type { Write } from '@dovetail/core/ports/document-store.ts';
import { hashOf } from '@dovetail/core/store/publication-tokens.ts';
import type { z } from 'zod';
import type { AppDeps } from '../../app-deps.ts';
import { invalidFields } from '../../middleware/check.ts';
import { Problem } from '../../middleware/problem.ts';
import { defined } from '../../schemas/defined.ts';
import type { publicationChangeSchema, publicationDraftSchema } from '../../schemas/publication.ts';
import { requireResources } from './require-resource.ts';

type WriteDeps = Pick<AppDeps, 'documents' | 'store' | 'clock' | 'publicUrl'>;
type Draft = z.output<typeof publicationDraftSchema>;
type Change = z.output<typeof publicationChangeSchema>;

/** A publication with its address, which is nowhere else. */
export interface Addressed {
  readonly publication: Publication;
  readonly url: string;
}

const HOUR_MS = 3_600_000;

/** Makes a publication. @throws Problem for unknown resources, settings that do not go together, and too low a role. */
export async function createPublication(
  { tenantId, role, id, draft }: { tenantId: string; role: Role; id: string; draft: Draft },
  deps: WriteDeps,
): Promise<Addressed> {
  const { resourceIds: _, tag: __, wholeTenant: ___, ...settings } = draft;
  const selection = (await selectionOf(tenantId, role, draft, deps)) as Selection;
  const token = newSecretToken();
  const now = instantOf(deps.clock.now());
  const publication = {
    ...(defined({ ...settings, selection }) as PublicationSettings),
    id,
    tokenHash: hashOf(token),
    createdAt: now,
    updatedAt: now,
  };
  checkSettings(publication);
  const { publications, publicationTokens } = deps.store;
  await deps.documents.commit([
    publications.create(tenantId, publication),
    publicationTokens.set(publication.tokenHash, tokenOf(tenantId, publication)),
  ]);
  return { publication, url: urlOf(token, deps) };
}

/** Changes the named settings; the address stays. @throws NotFound; Problem as `createPublication`. */
export async function changePublication(
  { tenantId, role, id, change }: { tenantId: string; role: Role; id: string; change: Change },
  deps: WriteDeps,
): Promise<Publication> {
  const { resourceIds: _, tag: __, wholeTenant: ___, name, ...settings } = change;
  const selection = await selectionOf(tenantId, role, change, deps);
  return rewrite(tenantId, id, deps, (current) => {
    // Whoever may not publish the whole tenant may not steer what does either.
    if (current.selection.type === 'tenant') requireAdmin(role);
    const next = {
      ...current,
      ...defined(settings),
      ...(selection && { selection }),
      ...(name !== undefined && { name: name ?? undefined }),
      updatedAt: instantOf(deps.clock.now()),
    };
    const changed = defined(next) as Publication;
    checkSettings(changed);
    return { publication: changed, writes: [] };
  });
}

/**
 * Gives a publication a new address. The one before works on for `graceHours` and answers the same; the one before that
 * ends at once.
 * @throws NotFound.
 */
export async function rotatePublication(
  { tenantId, role, id, graceHours }: { tenantId: string; role: Role; id: string; graceHours: number },
  deps: WriteDeps,
): Promise<Addressed> {
  const token = newSecretToken();
  const validUntil = instantOf(deps.clock.now() + graceHours * HOUR_MS);
  const publication = await rewrite(tenantId, id, deps, (current) => {
    if (current.selection.type === 'tenant') requireAdmin(role);
    const publication = withToken(current, hashOf(token), validUntil);
    const ended = current.previous && publication !== current ? [current.previous.tokenHash] : [];
    return { publication, writes: ended.map((hash) => deps.store.publicationTokens.delete(hash)) };
  });
  return { publication, url: urlOf(token, deps) };
}

/** Ends a publication; its addresses serve nothing from then on. @throws NotFound. */
export function deletePublication(
  { tenantId, role, id }: { tenantId: string; role: Role; id: string },
  { documents, store }: WriteDeps,
): Promise<void> {
  return documents.transact(async (transaction) => {
    const publication = await store.publications.get(transaction, tenantId, id);
    if (!publication) throw new NotFound(`no publication "${id}"`);
    if (publication.selection.type === 'tenant') requireAdmin(role);
    transaction.write(
      store.publications.delete(tenantId, id),
      ...hashesOf(publication).map((hash) => store.publicationTokens.delete(hash)),
    );
  });
}

/** The hashes of the tokens that serve a publication, the present one first. */
function hashesOf({ tokenHash, previous }: Publication): string[] {
  return [tokenHash, ...(previous ? [previous.tokenHash] : [])];
}

/** Replaces a publication and what is served under its tokens, together; what was collected stays known. */
function rewrite(
  tenantId: string,
  id: string,
  { documents, store }: WriteDeps,
  change: (current: Publication) => { readonly publication: Publication; readonly writes: readonly Write[] },
): Promise<Publication> {
  return documents.transact(async (transaction) => {
    const current = await store.publications.get(transaction, tenantId, id);
    if (!current) throw new NotFound(`no publication "${id}"`);
    const known = await store.publicationTokens.getMany(transaction, hashesOf(current));
    const collected = new Map(hashesOf(current).map((hash, index) => [hash, known[index]?.collected]));
    const { publication, writes } = change(current);
    const { previous } = publication;
    // What one platform collected says nothing of another, nor what was free of what is taken.
    const isAnother = publication.platform !== current.platform || publication.shows !== current.shows;
    const tokenWrites = hashesOf(publication).map((hash) => {
      const last = collected.get(hash) ?? collected.get(current.tokenHash);
      return store.publicationTokens.set(
        hash,
        tokenOf(tenantId, publication, {
          ...(hash === previous?.tokenHash && { validUntil: previous.validUntil }),
          ...(last && !isAnother && { collected: last }),
        }),
      );
    });
    transaction.write(store.publications.set(tenantId, publication), ...tokenWrites, ...writes);
    return publication;
  });
}

/** What a body selects; undefined when it says nothing of it. */
async function selectionOf(
  tenantId: string,
  role: Role,
  { resourceIds, tag, wholeTenant }: Pick<Draft, 'resourceIds' | 'tag' | 'wholeTenant'>,
  deps: WriteDeps,
): Promise<Selection | undefined> {
  if (wholeTenant) {
    requireAdmin(role);
    return { type: 'tenant' };
  }
  if (tag !== undefined) return { type: 'tag', tag };
  if (resourceIds === undefined) return undefined;
  const named = resourceIds.map((resourceId, index) => ({ path: `resourceIds.${index}`, id: resourceId }));
  await requireResources(tenantId, named, deps);
  return { type: 'resources', resourceIds };
}

function checkSettings({ platform, visibility, shows }: PublicationSettings): void {
  if (!isSalesPlatform(platform)) return;
  const detail = `is not for ${platform}: platforms that sell are told what is taken, and nothing else`;
  const paths = [...(visibility === 'details' ? ['visibility'] : []), ...(shows === 'free' ? ['shows'] : [])];
  if (paths.length > 0) throw invalidFields(paths.map((path) => ({ path, detail })));
}

function requireAdmin(role: Role): void {
  if (roleIncludes(role, 'admin')) return;
  throw new Problem('forbidden', `Publishing the whole tenant takes the role admin; the key has ${role}.`);
}

function urlOf(token: string, { publicUrl }: WriteDeps): string {
  return `${publicUrl}/ics/${token}.ics`;
}
