import type { DocumentData, Value } from '../../ports/document-store.ts';

/**
 * A document's fields as JSON that loses nothing. What JSON lacks is written as a map with one key: `$date`, `$bytes`,
 * `$number`; a map whose own keys begin with `$` is put under `$map`. Fields are sorted and `undefined` ones left out,
 * so equal documents have equal texts.
 */
export function encodeData(data: DocumentData): string {
  return JSON.stringify(encodeFields(data));
}

/** The fields that `encodeData` wrote. */
export function decodeData(json: string): DocumentData {
  return decodeFields(JSON.parse(json));
}

type Json = string | number | boolean | null | Json[] | JsonMap;
type JsonMap = { [field: string]: Json };

function encodeFields(fields: DocumentData): JsonMap {
  const result: JsonMap = {};
  for (const name of Object.keys(fields).sort()) {
    const value = fields[name];
    if (value !== undefined) result[name] = encode(value);
  }
  return result;
}

function encode(value: Value): Json {
  if (typeof value === 'number')
    return isPlain(value) ? value : { $number: Object.is(value, -0) ? '-0' : String(value) };
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Date) return { $date: value.getTime() };
  if (value instanceof Uint8Array) return { $bytes: Buffer.from(value).toString('base64') };
  if (Array.isArray(value)) return value.map(encode);
  const fields = encodeFields(value as DocumentData);
  return Object.keys(fields).some((name) => name.startsWith('$')) ? { $map: fields } : fields;
}

function decodeFields(fields: JsonMap): DocumentData {
  const result: Record<string, Value> = {};
  for (const name in fields) result[name] = decode(fields[name] as Json);
  return result;
}

function decode(json: Json): Value {
  if (typeof json !== 'object' || json === null) return json;
  if (Array.isArray(json)) return json.map(decode);
  if (typeof json.$date === 'number') return new Date(json.$date);
  if (typeof json.$bytes === 'string') return new Uint8Array(Buffer.from(json.$bytes, 'base64'));
  if (typeof json.$number === 'string') return Number(json.$number);
  return decodeFields((json.$map as JsonMap | undefined) ?? json) as Value;
}

function isPlain(value: number): boolean {
  return Number.isFinite(value) && !Object.is(value, -0);
}
