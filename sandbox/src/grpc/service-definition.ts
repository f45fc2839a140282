import { readFileSync } from 'node:fs';
import type { ServiceDefinition } from '@grpc/grpc-js';
import { fromJSON } from '@grpc/proto-loader';

/** The definition of the service called `name`, from a file of descriptors that its real client ships. */
export function loadServiceDefinition(descriptors: URL, name: string): ServiceDefinition {
  const options = { longs: Number, enums: String, defaults: true, oneofs: true };
  const definitions = fromJSON(JSON.parse(readFileSync(descriptors, 'utf8')), options);
  return definitions[name] as ServiceDefinition;
}
