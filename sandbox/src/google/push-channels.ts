import type { StudioClock } from '../studio-clock.ts';
import { type Channel, channelIdNotUnique, pushHeaders, readChannel } from './channel.ts';
import { notFound } from './google-error.ts';

/** Sends one push; like `fetch`, it rejects when nobody answers. */
export type Deliver = (
  address: string,
  init: { method: 'POST'; headers: Record<string, string>; redirect: 'manual'; signal: AbortSignal },
) => Promise<Pick<Response, 'status' | 'arrayBuffer'>>;

/** What becomes of pushes: `delay` holds each back for `ms`. */
export interface PushMode {
  readonly mode: 'deliver' | 'drop' | 'duplicate' | 'delay';
  readonly ms?: number | undefined;
}

export interface PushChannelsState {
  readonly channels: readonly Channel[];
  /** Calendars with changes that were not announced yet. */
  readonly pending: readonly string[];
}

/** Changes that come this close together are announced as one. */
const COALESCE_MS = 200;
/** Google retries with backoff and does not say how often. */
const RETRY_AFTER_MS = [1_000, 2_000, 4_000, 8_000, 16_000];
const RETRIED = new Set([500, 502, 503, 504]);
const ANSWER_WITHIN_MS = 10_000;

/** The live channels and what is sent through them. All its waiting is done on the studio's clock. */
export class PushChannels {
  readonly #clock: Pick<StudioClock, 'now' | 'schedule'>;
  readonly #deliver: Deliver;
  readonly #channels = new Map<string, Channel>();
  readonly #pending = new Set<string>();
  #mode: PushMode = { mode: 'deliver' };

  constructor(clock: Pick<StudioClock, 'now' | 'schedule'>, deliver: Deliver) {
    this.#clock = clock;
    this.#deliver = deliver;
  }

  /**
   * Opens a channel and sends its `sync` message, which may arrive before the answer does.
   * @throws GoogleApiError 400 when the request cannot be, or a live channel has the id.
   */
  watch(calendarId: string, body: unknown): Channel {
    const channel = readChannel(body, calendarId, this.#clock.now());
    if (this.#live(channel.id)) throw channelIdNotUnique(channel.id);
    this.#channels.set(channel.id, channel);
    this.#clock.schedule(this.#clock.now(), () => this.#send(channel.id, 'sync'));
    return channel;
  }

  /** @throws GoogleApiError 404 unless a live channel has both ids. */
  stop(id: string, resourceId: string): void {
    if (this.#live(id)?.resourceId !== resourceId) throw notFound(`Channel '${id}' not found for project 'sandbox'`);
    this.#channels.delete(id);
  }

  /** Announces, a moment later, that the calendar changed; changes until then are covered. */
  announce(calendarId: string): void {
    if (this.#pending.has(calendarId)) return;
    if (!this.list().some((channel) => channel.calendarId === calendarId)) return;
    this.#pending.add(calendarId);
    this.#clock.schedule(this.#clock.now() + COALESCE_MS, () => {
      this.#pending.delete(calendarId);
      const watching = this.list().filter((channel) => channel.calendarId === calendarId);
      return Promise.all(watching.map(({ id }) => this.#send(id, 'exists')));
    });
  }

  /** The live channels. */
  list(): Channel[] {
    return [...this.#channels.keys()].map((id) => this.#live(id)).filter((channel) => channel !== undefined);
  }

  setMode(mode: PushMode): void {
    this.#mode = mode;
  }

  /** Ends every channel without a word, as their expiry does. */
  expireAll(): void {
    this.#channels.clear();
  }

  state(): PushChannelsState {
    return { channels: this.list(), pending: [...this.#pending] };
  }

  load({ channels, pending }: PushChannelsState): void {
    this.#channels.clear();
    for (const channel of channels) this.#channels.set(channel.id, channel);
    for (const calendarId of pending) this.announce(calendarId);
  }

  #live(id: string): Channel | undefined {
    const channel = this.#channels.get(id);
    if (channel && channel.expiresAt > this.#clock.now()) return channel;
    this.#channels.delete(id);
    return undefined;
  }

  async #send(id: string, state: 'sync' | 'exists'): Promise<void> {
    const channel = this.#live(id);
    if (!channel) return;
    // Numbers grow, but not by one (push guide): a client that counts on it finds out here.
    const messageNumber = channel.messageNumber === 0 ? 1 : channel.messageNumber + 7;
    const message = { ...channel, messageNumber };
    this.#channels.set(id, message);
    const { mode, ms = 0 } = this.#mode;
    if (mode === 'drop') return;
    if (mode === 'delay') {
      this.#clock.schedule(this.#clock.now() + ms, () => this.#attempt(message, state, 0));
      return;
    }
    await this.#attempt(message, state, 0);
    if (mode === 'duplicate') await this.#attempt(message, state, 0);
  }

  async #attempt(message: Channel, state: 'sync' | 'exists', attempts: number): Promise<void> {
    if (!this.#live(message.id)) return;
    const retryAfter = RETRY_AFTER_MS[attempts];
    if ((await this.#arrives(message, state)) || retryAfter === undefined) return;
    this.#clock.schedule(this.#clock.now() + retryAfter, () => this.#attempt(message, state, attempts + 1));
  }

  /** False when the receiver should be asked again: it answered with one of the retried codes, or not at all. */
  async #arrives(message: Channel, state: 'sync' | 'exists'): Promise<boolean> {
    try {
      const answer = await this.#deliver(message.address, {
        method: 'POST',
        headers: pushHeaders(message, state),
        redirect: 'manual',
        signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
      });
      await answer.arrayBuffer();
      return !RETRIED.has(answer.status);
    } catch {
      // Nobody answered: like any sender, Google cannot tell that from a receiver in trouble.
      return false;
    }
  }
}
