import type { Binding } from '../../domain/binding.ts';
import { PreconditionFailed } from '../../domain/errors.ts';
import type { Write } from '../../ports/document-store.ts';
import type { PartOf, Versioned } from '../../store/collection.ts';
import type { SyncDeps } from '../deps.ts';

type FenceDeps = Pick<SyncDeps, 'documents' | 'store'>;

/**
 * Lets commits of blocks happen only while nobody else writes their binding: another pull that saw later or earlier
 * blocks, or staff who decided something. Each commit raises the binding's count of pulls, by which others see it too.
 */
export class BindingFence {
  readonly #tenantId: string;
  #binding: Versioned<Binding>;
  /** A commit was written, and what it made of the binding was not read yet. */
  #isPassed = false;

  constructor(tenantId: string, binding: Versioned<Binding>) {
    this.#tenantId = tenantId;
    this.#binding = binding;
  }

  /** The binding as of the last commit, as far as `open` has looked. */
  get binding(): Binding {
    return this.#binding.value;
  }

  /** Before each commit. @throws PreconditionFailed when somebody else wrote the binding since the last one. */
  async open({ store, documents }: FenceDeps): Promise<void> {
    if (!this.#isPassed) return;
    const { id, pullCount } = this.binding;
    const found = await store.bindings.getVersioned(documents, this.#tenantId, id);
    if (found?.value.pullCount !== pullCount) throw new PreconditionFailed('the calendar was read by somebody else');
    this.#binding = found;
    this.#isPassed = false;
  }

  /** What a commit writes to the binding, besides `part`; it fails with PreconditionFailed if somebody else got ahead. */
  write(part: PartOf<Omit<Binding, 'id'>>, { store }: FenceDeps): Write {
    const { value, updateTime } = this.#binding;
    return store.bindings.update(this.#tenantId, value.id, { ...part, pullCount: value.pullCount + 1 }, updateTime);
  }

  /** After each commit. */
  pass(): void {
    const { value, updateTime } = this.#binding;
    this.#binding = { value: { ...value, pullCount: value.pullCount + 1 }, updateTime };
    this.#isPassed = true;
  }
}
