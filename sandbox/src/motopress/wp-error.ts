/** A request that WordPress or the plugin refuses, in WordPress's form. */
export class WpError extends Error {
  readonly status: number;
  readonly code: string;
  /** What else `data` says, such as the parameters that are wrong. */
  readonly data: Readonly<Record<string, unknown>>;

  constructor(status: number, code: string, message: string, data: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.name = 'WpError';
    this.status = status;
    this.code = code;
    this.data = data;
  }
}

/** The body of every error answer. */
export function errorBody({ status, code, message, data }: Pick<WpError, 'status' | 'code' | 'message' | 'data'>) {
  return { code, message, data: { status, ...data } };
}

/** Parameters that are not what they should be: name → what is wrong. */
export function invalidParams(params: Readonly<Record<string, string>>): WpError {
  return new WpError(400, 'rest_invalid_param', `Invalid parameter(s): ${Object.keys(params).join(', ')}`, { params });
}

/** Parameters that must be there. */
export function missingParams(names: readonly string[]): WpError {
  const message = `Missing parameter(s): ${names.join(', ')}`;
  return new WpError(400, 'rest_missing_callback_param', message, { params: names });
}

/** What the plugin answers when it finds, while saving, that a booking cannot be: one code for every reason. */
export function saveError(message: string): WpError {
  return new WpError(400, 'mphb_rest_save_error', message);
}

/** What it answers to a value that a field cannot take. */
export function setError(field: string, message: string): WpError {
  return new WpError(400, `mphb_rest_invalid_set_${field}`, message);
}
