import {
  MaxPartsExceededError,
  MultipartParseError,
  type MultipartPart,
  parseMultipart,
} from '@remix-run/multipart-parser';
import express, { type ErrorRequestHandler, type Request, type RequestHandler } from 'express';
import { invalidFields } from './check.ts';
import { rawBodyOf } from './json-body.ts';
import { Problem } from './problem.ts';

/** A file as it was sent. What its sender calls it is not kept: nothing can be concluded from a name. */
export interface UploadedFile {
  readonly bytes: Uint8Array;
  /** As its own part, or the request, declares it. */
  readonly charset?: string;
}

export interface Upload {
  readonly file: UploadedFile;
  /** The other fields of the form. */
  readonly fields: Readonly<Record<string, string>>;
}

const MOST_BYTES = 5_000_000;
/** What a form adds to its file. */
const FORM_BYTES = 64 * 1024;
const MOST_PARTS = 20;
const LONGEST_FIELD = 2_000;
const FIELD_NAME = /^[A-Za-z]{1,40}$/;

const refuseOtherTypes: RequestHandler = (request, _response, next) => {
  if (request.is(['text/calendar', 'multipart/form-data'])) return next();
  const detail = 'Send the file as text/calendar, or in a form (multipart/form-data) in the field "file".';
  throw new Problem('unsupported-media-type', detail);
};

/** The body parser's own refusal speaks of other limits than a file's. */
const tellLimit: ErrorRequestHandler = (error, _request, _response, next) => {
  next(error?.type === 'entity.too.large' ? tooLarge(error) : error);
};

/**
 * Reads a body that is a file or a form with one, and stops as soon as it is too large. Compressed bodies are refused,
 * so that what is counted is what is read. @see uploadOf
 */
export const readUpload: (RequestHandler | ErrorRequestHandler)[] = [
  refuseOtherTypes,
  express.raw({ type: () => true, limit: MOST_BYTES + FORM_BYTES, inflate: false }),
  tellLimit,
];

/**
 * The file that `readUpload` read, and the fields beside it.
 * @throws Problem for a form that cannot be read, or holds no file, more than one, or something else than it should.
 */
export function uploadOf(request: Request): Upload {
  const body = rawBodyOf(request);
  if (request.is('multipart/form-data')) return readForm(body, parameterOf(request.get('content-type'), 'boundary'));
  return { file: fileOf(body, request.get('content-type')), fields: {} };
}

function readForm(body: Buffer, boundary: string | undefined): Upload {
  if (boundary === undefined || boundary.length > 70) throw unreadable('Its Content-Type names no boundary.');
  let file: UploadedFile | undefined;
  const fields: Record<string, string> = {};
  for (const part of partsOf(body, boundary)) {
    const name = part.name ?? '';
    if (name === 'file') {
      if (file) throw invalidFields([{ path: 'file', detail: 'comes more than once' }]);
      file = fileOf(part.bytes, part.headers['content-type']);
    } else {
      readField(part, name, fields);
    }
  }
  if (!file)
    throw invalidFields([{ path: 'file', detail: 'is missing: the form has no file in a field of that name' }]);
  return { file, fields };
}

function partsOf(body: Buffer, boundary: string): MultipartPart[] {
  const limits = { maxFileSize: body.length, maxTotalSize: body.length, maxParts: MOST_PARTS };
  try {
    const parts = [...parseMultipart(body, { boundary, ...limits })];
    // Headers are decoded when they are first asked for.
    for (const part of parts) void part.name;
    return parts;
  } catch (cause) {
    if (cause instanceof MaxPartsExceededError) throw unreadable(`It has more than ${MOST_PARTS} fields.`, cause);
    if (cause instanceof MultipartParseError) throw unreadable('It breaks off, or is none.', cause);
    if (cause instanceof TypeError) throw unreadable('The names of its fields are not UTF-8.', cause);
    throw cause;
  }
}

function readField(part: MultipartPart, name: string, fields: Record<string, string>): void {
  if (!FIELD_NAME.test(name)) throw unreadable('It has a field without a name that a field can have.');
  if (part.filename !== undefined) {
    throw invalidFields([{ path: name, detail: 'holds a file: the file belongs in the field "file"' }]);
  }
  if (part.size > LONGEST_FIELD) throw invalidFields([{ path: name, detail: `is longer than ${LONGEST_FIELD} bytes` }]);
  if (Object.hasOwn(fields, name)) throw invalidFields([{ path: name, detail: 'comes more than once' }]);
  fields[name] = Buffer.from(part.bytes).toString('utf8');
}

function fileOf(bytes: Uint8Array, contentType: string | undefined): UploadedFile {
  if (bytes.length > MOST_BYTES) throw tooLarge();
  const charset = parameterOf(contentType, 'charset');
  return { bytes, ...(charset !== undefined && { charset }) };
}

/** A parameter of a media type (RFC 9110, 5.6.6). */
function parameterOf(contentType: string | undefined, name: 'boundary' | 'charset'): string | undefined {
  const [, quoted, plain] = new RegExp(`;\\s*${name}=(?:"([^"]*)"|([^;\\s]+))`, 'i').exec(contentType ?? '') ?? [];
  return (quoted ?? plain) || undefined;
}

function tooLarge(cause?: unknown): Problem {
  return new Problem('body-too-large', 'A file has at most 5 MB. Cut it into several, or export a shorter time.', {
    cause,
  });
}

function unreadable(why: string, cause?: unknown): Problem {
  return new Problem('invalid-request', `The form cannot be read. ${why}`, { cause });
}
