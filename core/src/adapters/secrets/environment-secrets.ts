import { NotFound } from '../../domain/errors.ts';
import type { Secrets } from '../../ports/secrets.ts';

/** Begins the name of every environment variable that holds a secret. */
export const SECRET_VARIABLE_PREFIX = 'DOVETAIL_SECRET_';

/** Secrets in environment variables: `uschedule-api-key` is in `DOVETAIL_SECRET_USCHEDULE_API_KEY`. */
export function createEnvironmentSecrets(environment: Readonly<Record<string, string | undefined>>): Secrets {
  return {
    async get(name) {
      const variable = SECRET_VARIABLE_PREFIX + name.toUpperCase().replaceAll('-', '_');
      const value = environment[variable];
      if (!value) throw new NotFound(`The environment variable ${variable} is not set.`);
      return value;
    },
  };
}
