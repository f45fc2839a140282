import { sha256Hex } from '../domain/identity.ts';
import type { Collected, PublicationToken } from '../domain/publication.ts';
import type { DocumentData, Write } from '../ports/document-store.ts';
import type { Reader } from './collection.ts';

/** What is served under each token: `publicationTokens/{hash}`. Only hashes are stored. */
export class PublicationTokenCollection {
  /** What the token serves, or null. Found by its hash, so a lookup reveals nothing by its time. */
  async byToken(reader: Reader, token: string): Promise<(PublicationToken & { readonly hash: string }) | null> {
    const hash = hashOf(token);
    const [found] = await this.getMany(reader, [hash]);
    return found ? { ...found, hash } : null;
  }

  /** In the order of `hashes`, null where there is none. */
  async getMany(reader: Reader, hashes: readonly string[]): Promise<(PublicationToken | null)[]> {
    if (hashes.length === 0) return [];
    const documents = await reader.getAll(hashes.map(pathOf));
    return documents.map((document) => document && (document.data as unknown as PublicationToken));
  }

  set(hash: string, token: PublicationToken): Write {
    return { type: 'set', path: pathOf(hash), data: { ...token } as unknown as DocumentData };
  }

  /** Notes what was collected; fails with NotFound when the token is gone. */
  note(hash: string, collected: Collected): Write {
    return { type: 'update', path: pathOf(hash), data: { collected: { ...collected } } };
  }

  delete(hash: string): Write {
    return { type: 'delete', path: pathOf(hash) };
  }
}

/** The form in which a token is stored. */
export function hashOf(token: string): string {
  return sha256Hex(token);
}

function pathOf(hash: string): string {
  return `publicationTokens/${hash}`;
}
