/** Posts to addresses that tenants gave us. */
export interface WebhookSender {
  /**
   * Posts a body once, signed as in Standard Webhooks at the present moment. Answers with what the receiver answered,
   * whatever that is; no redirect is followed.
   * @throws TemporarilyUnavailable (no answer in time), InvalidInput (an address that may not be posted to). Neither
   * names the address.
   */
  post(request: WebhookRequest): Promise<WebhookAnswer>;
}

export interface WebhookRequest {
  readonly url: string;
  /** Each `whsec_` and a key in base64. Every one of them signs, so that a receiver needs to know but one. */
  readonly secrets: readonly string[];
  /** The same for every attempt of one delivery. */
  readonly id: string;
  readonly body: string;
  /** Loopback and private addresses, and plain http, are refused without it. */
  readonly allowPrivate: boolean;
}

export interface WebhookAnswer {
  readonly status: number;
  readonly retryAfterMs?: number;
}
