import { readFile } from 'node:fs/promises';

/** Where the project says which indexes Firestore has, as `firebase deploy` and Terraform read it. */
export const INDEXES_FILE = 'firestore.indexes.json';

/** An index: of one collection, or of all of a name, by some fields. */
export interface Index {
  readonly group: string;
  readonly scope: 'collection' | 'group';
  readonly fields: readonly { readonly name: string; readonly by: 'ascending' | 'descending' | 'contains' }[];
}

/** How an index is written in the project's file, and in what the emulator reports. */
interface RawIndex {
  readonly queryScope: 'COLLECTION' | 'COLLECTION_GROUP';
  readonly fields: readonly RawField[];
}
interface RawField {
  readonly fieldPath: string;
  readonly order?: 'ASCENDING' | 'DESCENDING';
  readonly arrayConfig?: 'CONTAINS';
}
interface IndexesFile {
  readonly indexes: readonly (RawIndex & { readonly collectionGroup: string })[];
  readonly fieldOverrides: readonly {
    readonly collectionGroup: string;
    readonly fieldPath: string;
    readonly ttl?: boolean;
    readonly indexes: readonly (Omit<RawField, 'fieldPath'> & Pick<RawIndex, 'queryScope'>)[];
  }[];
}

/** The indexes the project declares beyond those Firestore makes by itself (every field within one collection). */
export async function declaredIndexes(): Promise<Index[]> {
  const { indexes, fieldOverrides } = await readIndexesFile();
  const single = fieldOverrides.flatMap(({ collectionGroup, fieldPath, indexes: ofField }) =>
    ofField.map(({ queryScope, ...field }) =>
      toIndex(collectionGroup, { queryScope, fields: [{ fieldPath, ...field }] }),
    ),
  );
  const composite = indexes.map((index) => toIndex(index.collectionGroup, index));
  return [...composite, ...single].filter((index) => !isAutomatic(index));
}

/** `collection.field` for each field that ends its document's life. */
export async function declaredTtlFields(): Promise<string[]> {
  const { fieldOverrides } = await readIndexesFile();
  return fieldOverrides
    .filter(({ ttl }) => ttl)
    .map(({ collectionGroup, fieldPath }) => `${collectionGroup}.${fieldPath}`);
}

/**
 * The indexes that queries made so far in a project of the emulator would need in production, where a query without
 * its index fails. The emulator answers such queries all the same, but keeps account.
 */
export async function usedIndexes(host: string, projectId: string): Promise<Index[]> {
  const database = `projects/${projectId}/databases/(default)`;
  const response = await fetch(`http://${host}/emulator/v1/projects/${projectId}:indexUsage?database=${database}`);
  if (!response.ok) throw new Error(`The emulator answered ${response.status}.`);
  const { reports = [] } = (await response.json()) as { reports?: { index: RawIndex & { name: string } }[] };
  return reports.map(({ index }) => toIndex(index.name.split('/').at(-3) ?? '', index));
}

/**
 * The indexes in `used` that are neither `declared` nor automatic, each as `group scope: field direction, …`.
 * `mergedInProduction` names, in the same form, those of queries that only ask for equality: production answers these
 * by merging automatic indexes, which the emulator's account does not show.
 */
export function missingIndexes(
  used: readonly Index[],
  declared: readonly Index[],
  mergedInProduction: readonly string[] = [],
): string[] {
  const known = new Set([...declared.map(describeIndex), ...mergedInProduction]);
  const missing = used.filter((index) => !isAutomatic(index)).map(describeIndex);
  return [...new Set(missing)].filter((index) => !known.has(index)).sort();
}

/** `runs collection: flow ascending, startedAt descending` */
export function describeIndex({ group, scope, fields }: Index): string {
  return `${group} ${scope}: ${fields.map(({ name, by }) => `${name} ${by}`).join(', ')}`;
}

/** One field within one collection, in either direction or as a list: Firestore indexes that by itself. */
function isAutomatic({ scope, fields }: Index): boolean {
  return scope === 'collection' && fields.length <= 1;
}

function toIndex(group: string, { queryScope, fields }: RawIndex): Index {
  const named = fields.map(({ fieldPath, order, arrayConfig }) => ({
    name: fieldPath,
    by: arrayConfig ? ('contains' as const) : order === 'DESCENDING' ? ('descending' as const) : ('ascending' as const),
  }));
  return { group, scope: queryScope === 'COLLECTION_GROUP' ? 'group' : 'collection', fields: withoutPath(named) };
}

/** Every index ends with the path, in the direction of the field before it, unless it says otherwise. */
function withoutPath(fields: Index['fields']): Index['fields'] {
  const last = fields.at(-1);
  const before = fields.at(-2);
  const implied = last?.name === '__name__' && last.by === (before?.by === 'descending' ? 'descending' : 'ascending');
  return implied ? fields.slice(0, -1) : fields;
}

async function readIndexesFile(): Promise<IndexesFile> {
  return JSON.parse(await readFile(new URL(`../../${INDEXES_FILE}`, import.meta.url), 'utf8'));
}
