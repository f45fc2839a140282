import { GoogleApiError } from './google-error.ts';

/** A parsed `fields` parameter: which members to keep, each with what to keep of it (null: all). */
type Selection = Map<string, Selection | null>;

/**
 * What is left of an answer under a `fields` parameter (`items(id,start/dateTime),nextSyncToken`; `*` keeps all of a
 * level): Google's partial responses. Arrays are looked through. Absent parameter: everything.
 * @throws GoogleApiError 400 when the parameter cannot be parsed.
 */
export function selectFields(body: unknown, fields: string | undefined): unknown {
  if (fields === undefined) return body;
  const parser = new FieldsParser(fields);
  return select(body, parser.parse());
}

function select(value: unknown, selection: Selection | null): unknown {
  if (selection === null || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => select(item, selection));
  const kept: Record<string, unknown> = {};
  for (const [key, member] of Object.entries(value)) {
    const inner = selection.has(key) ? selection.get(key) : selection.get('*');
    if (inner !== undefined) kept[key] = select(member, inner);
  }
  return kept;
}

class FieldsParser {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  parse(): Selection {
    const selection = this.#list();
    if (this.#at < this.#text.length) throw this.#failure();
    return selection;
  }

  #list(): Selection {
    const selection: Selection = new Map();
    do {
      const name = this.#name();
      selection.set(name, merge(selection.get(name), this.#below()));
    } while (this.#take(','));
    return selection;
  }

  #below(): Selection | null {
    if (this.#take('/')) return new Map([[this.#name(), this.#below()]]);
    if (!this.#take('(')) return null;
    const inner = this.#list();
    if (!this.#take(')')) throw this.#failure();
    return inner;
  }

  #name(): string {
    const [name] = /^(\*|\w+)/.exec(this.#text.slice(this.#at)) ?? [];
    if (name === undefined) throw this.#failure();
    this.#at += name.length;
    return name;
  }

  #take(sign: string): boolean {
    if (this.#text[this.#at] !== sign) return false;
    this.#at++;
    return true;
  }

  #failure(): GoogleApiError {
    const message = `Invalid field selection ${this.#text}`;
    const where = { locationType: 'parameter', location: 'fields' } as const;
    return new GoogleApiError(400, { domain: 'global', reason: 'invalidParameter', message, ...where });
  }
}

function merge(known: Selection | null | undefined, more: Selection | null): Selection | null {
  if (known === undefined) return more;
  if (known === null || more === null) return null;
  for (const [name, inner] of more) known.set(name, merge(known.get(name), inner));
  return known;
}
