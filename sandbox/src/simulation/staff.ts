import { AlreadyExists, NotFound, RateLimited, TemporarilyUnavailable } from '@dovetail/core/domain/errors.ts';
import type { DeadLetter, Proposal } from '@dovetail/core/domain/run.ts';
import type { AppDeps } from '@dovetail/run-service/app-deps.ts';
import type { OperationInput } from '@dovetail/run-service/operations/operation.ts';
import { bindingOperations } from '@dovetail/run-service/routes/v1/bindings.ts';
import { deadLetterOperations } from '@dovetail/run-service/routes/v1/dead-letters.ts';
import { proposalOperations } from '@dovetail/run-service/routes/v1/proposals.ts';
import { resourceOperations } from '@dovetail/run-service/routes/v1/resources.ts';
import type { Bay } from '../studio/loft-bays.ts';
import { InstanceDied } from './instance.ts';
import { bindingOfBay, calendarOfBay, draftOfBay } from './open-world.ts';
import { TENANT, type World } from './world.ts';

const OPERATIONS = new Map(
  [...bindingOperations, ...deadLetterOperations, ...proposalOperations, ...resourceOperations].map((operation) => [
    operation.id,
    operation,
  ]),
);
/** Who is not answered, or refused for now, tries again after this long. */
const TRIES_AGAIN_MS = 20_000;
const MOST_TRIES = 500;

interface Request {
  readonly params?: { readonly id: string };
  readonly query?: object;
  readonly body?: object;
}

/** What staff decide, by the operations of the API as run-service answers them: asked again until one is done. */
export class Staff {
  readonly #world: World;
  /** Settles when what was last asked of a bay is done: nobody goes on to the next before. */
  readonly #turns: Record<Bay, Promise<void>> = { 1: Promise.resolve(), 2: Promise.resolve() };
  #asked = 0;

  constructor(world: World) {
    this.#world = world;
  }

  /** Whether something that was asked is not done yet. */
  get isBusy(): boolean {
    return this.#asked > 0;
  }

  pause(bay: Bay): void {
    this.#ask(bay, 'pauseBinding', { params: { id: bindingOfBay(bay) } });
  }

  resume(bay: Bay): void {
    this.#world.restingSince.delete(calendarOfBay(bay));
    this.#ask(bay, 'resumeBinding', { params: { id: bindingOfBay(bay) } });
  }

  unbind(bay: Bay, events: 'keep' | 'remove'): void {
    this.#ask(bay, 'deleteBinding', { params: { id: bindingOfBay(bay) }, query: { events } });
  }

  /** Waits for as long as the binding of that name is being removed. */
  bind(bay: Bay): void {
    this.#ask(bay, 'createBinding', { body: draftOfBay(bay) });
  }

  rename(bay: Bay, name: string): void {
    this.#ask(bay, 'changeResource', { params: { id: `bay-${bay}` }, body: { name } });
  }

  dismiss(bay: Bay, { id }: Proposal): void {
    this.#ask(bay, 'dismissProposal', { params: { id } });
  }

  replay(bay: Bay, { id }: DeadLetter): void {
    this.#ask(bay, 'replayDeadLetter', { params: { id } });
  }

  /** Says of removals that are held on a bay's calendar whether they were meant. */
  decide(bay: Bay, wereMeant: boolean): void {
    this.#ask(bay, wereMeant ? 'acceptRemovals' : 'restoreRemovals', { params: { id: bindingOfBay(bay) } });
  }

  /** Puts every refused edit aside, at once. */
  async dismissAll(): Promise<void> {
    const { store, documents, deps } = this.#world;
    for (const { id } of await store.proposals.query(documents, TENANT)) {
      await handle('dismissProposal', { params: { id } }, deps);
    }
  }

  #ask(bay: Bay, operation: string, request: Request): void {
    this.#asked++;
    const { time } = this.#world;
    time.schedule(time.now(), () => {
      this.#turns[bay] = this.#turns[bay].then(() => this.#insist(bay, operation, request));
      return this.#turns[bay];
    });
  }

  async #insist(bay: Bay, operation: string, request: Request): Promise<void> {
    const { time, log } = this.#world;
    if (operation === 'resumeBinding') this.#world.restingSince.delete(calendarOfBay(bay));
    for (let tries = 1; tries <= MOST_TRIES; tries++) {
      const error = await this.#world.inOneProcess((deps) => handle(operation, request, deps)).then(nothing, itself);
      log.note(`staff.${operation}`, {
        ...request.params,
        ...request.query,
        bay,
        ...(error !== undefined && { error }),
      });
      if (error === undefined && operation === 'pauseBinding')
        this.#world.restingSince.set(calendarOfBay(bay), time.now());
      if (error === undefined || (await this.#isDone(bay, error))) break;
      await time.sleep(TRIES_AGAIN_MS);
    }
    this.#asked--;
  }

  /** Whether there is no use in asking again after a refusal: an earlier try was done, and not heard of. @throws others. */
  async #isDone(bay: Bay, error: unknown): Promise<boolean> {
    const mayBeLater = [InstanceDied, RateLimited, TemporarilyUnavailable];
    if (mayBeLater.some((Later) => error instanceof Later)) return false;
    if (error instanceof NotFound) return true;
    if (!(error instanceof AlreadyExists)) throw error;
    const { store, documents } = this.#world;
    return (await store.bindings.get(documents, TENANT, bindingOfBay(bay)))?.state !== 'removing';
  }
}

const nothing = () => undefined;
const itself = (error: unknown) => error;

async function handle(id: string, request: Request, deps: object): Promise<void> {
  const operation = OPERATIONS.get(id);
  if (!operation) throw new TypeError(`There is no operation ${id}.`);
  const input: OperationInput<unknown, unknown, unknown> = {
    tenantId: TENANT,
    role: operation.role,
    keyId: 'staff',
    params: operation.params.parse(request.params ?? {}),
    query: operation.query.parse(request.query ?? {}),
    body: operation.body?.parse(request.body),
    idempotencyKey: undefined,
    freshId: () => 'unused',
  };
  await operation.handle(input, deps as AppDeps);
}
