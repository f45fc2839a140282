import { type handleUnaryCall, Server } from '@grpc/grpc-js';
import { listenGrpc } from '../grpc/listen-grpc.ts';
import { loadServiceDefinition } from '../grpc/service-definition.ts';
import { unary } from '../grpc/unary.ts';
import { type AccessedVersion, SecretRegister } from './secret-register.ts';

export interface SecretManagerSimulator {
  readonly port: number;
  readonly secrets: Pick<SecretRegister, 'add' | 'setState'>;
  /** The names that were asked for, the first first, whatever the answer. */
  readonly accessed: readonly string[];
  /** Requests under way are cut. */
  close(): Promise<void>;
}

/**
 * Serves google.cloud.secretmanager.v1 over gRPC to the real client, as far as a program that reads its secrets needs it:
 * AccessSecretVersion. Other calls answer UNIMPLEMENTED. It knows one project; whoever asks for another's is denied.
 */
export async function startSecretManagerSimulator(options: {
  readonly projectId: string;
  /** First versions, by secret. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** On 127.0.0.1; any free one when absent. */
  readonly port?: number;
}): Promise<SecretManagerSimulator> {
  const register = new SecretRegister(options.projectId);
  for (const [id, value] of Object.entries(options.secrets ?? {})) register.add(id, value);
  const accessed: string[] = [];
  const access: handleUnaryCall<{ name: string }, AccessedVersion> = unary(({ name }) => {
    accessed.push(name);
    return register.access(name);
  });
  const server = new Server();
  const descriptors = new URL('../protos/protos.json', import.meta.resolve('@google-cloud/secret-manager'));
  const definition = loadServiceDefinition(descriptors, 'google.cloud.secretmanager.v1.SecretManagerService');
  server.addService(definition, { AccessSecretVersion: access });
  const port = await listenGrpc(server, options.port ?? 0);
  return { port, secrets: register, accessed, close: async () => server.forceShutdown() };
}
