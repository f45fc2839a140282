import { status as Code } from '@grpc/grpc-js';
import { RpcError } from '../grpc/rpc-error.ts';

type State = 'ENABLED' | 'DISABLED' | 'DESTROYED';

interface Version {
  state: State;
  data: Buffer;
}

/** What `AccessSecretVersion` answers with: the version's full name, its number in it, and its value. */
export interface AccessedVersion {
  readonly name: string;
  readonly payload: { readonly data: Buffer };
}

/** Google's limit on a value (cloud.google.com/secret-manager/quotas). */
const MOST_BYTES = 65_536;
const SECRET_ID = /^[\w-]{1,255}$/;
const VERSION_NAME = /^projects\/([^/]+)\/secrets\/([\w-]{1,255})\/versions\/([^/]+)$/;

/** The secrets of one project, each with its versions from 1 on. Every method throws RpcError as the API does. */
export class SecretRegister {
  readonly #projectId: string;
  readonly #secrets = new Map<string, Version[]>();

  constructor(projectId: string) {
    this.#projectId = projectId;
  }

  /** Makes a new version, and the secret if there is none, and answers with the version's number. */
  add(secretId: string, value: string): number {
    const data = Buffer.from(value);
    if (!SECRET_ID.test(secretId)) throw new RpcError(Code.INVALID_ARGUMENT, 'The secret ID is invalid.');
    if (data.length > MOST_BYTES) throw new RpcError(Code.INVALID_ARGUMENT, 'The secret payload is too large.');
    const versions = this.#secrets.get(secretId) ?? [];
    this.#secrets.set(secretId, versions);
    return versions.push({ state: 'ENABLED', data });
  }

  /** A destroyed version stays so, and its value is gone. */
  setState(secretId: string, number: number, state: State): void {
    const version = this.#secrets.get(secretId)?.[number - 1];
    if (!version) throw notFound(`${secretId}/versions/${number}`);
    if (version.state === 'DESTROYED') throw notUsable(`${secretId}/versions/${number}`, 'DESTROYED');
    version.state = state;
    if (state === 'DESTROYED') version.data = Buffer.of();
  }

  /**
   * `latest` is the version made last, even when it is disabled: only then does nobody take an older value for the newest
   * (cloud.google.com/secret-manager/docs/access-secret-version).
   */
  access(name: string): AccessedVersion {
    const [, projectId, secretId, versionId] = VERSION_NAME.exec(name) ?? [];
    if (secretId === undefined || versionId === undefined || !/^(latest|[1-9]\d*)$/.test(versionId)) {
      throw new RpcError(Code.INVALID_ARGUMENT, 'The provided resource name is invalid.');
    }
    if (projectId !== this.#projectId) {
      throw new RpcError(
        Code.PERMISSION_DENIED,
        `Permission 'secretmanager.versions.access' denied for resource '${name}' (or it may not exist).`,
      );
    }
    const versions = this.#secrets.get(secretId);
    if (!versions) throw notFound(secretId);
    const number = versionId === 'latest' ? versions.length : Number(versionId);
    const version = versions[number - 1];
    if (!version) throw notFound(`${secretId}/versions/${versionId}`);
    const fullName = `projects/${projectId}/secrets/${secretId}/versions/${number}`;
    if (version.state !== 'ENABLED') throw notUsable(fullName, version.state);
    return { name: fullName, payload: { data: version.data } };
  }
}

function notFound(what: string): RpcError {
  return new RpcError(Code.NOT_FOUND, `Secret [${what}] not found or has no versions.`);
}

function notUsable(name: string, state: State): RpcError {
  return new RpcError(Code.FAILED_PRECONDITION, `Secret Version [${name}] is in ${state} state.`);
}
