import type { protos } from '@google-cloud/tasks';
import {
  status as Code,
  type handleUnaryCall,
  type ServiceDefinition,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import { RpcError } from '../grpc/rpc-error.ts';
import { loadServiceDefinition } from '../grpc/service-definition.ts';
import { unary } from '../grpc/unary.ts';
import type { InjectedFaults } from './injected-faults.ts';
import type { QueueRunner } from './queue-runner.ts';
import { readCreateRequest } from './read-create-request.ts';
import { type QueueMessage, type TaskMessage, toQueueMessage, toTaskMessage } from './task-messages.ts';

type V2 = typeof protos.google.cloud.tasks.v2;
type Request<Name extends keyof V2 & `${string}Request`> = InstanceType<V2[Name]>;

const MAX_PAGE = 1_000;

/** google.cloud.tasks.v2.CloudTasks as its client describes it. */
export function cloudTasksDefinition(): ServiceDefinition {
  const descriptors = new URL('./protos.json', import.meta.resolve('@google-cloud/tasks/build/protos'));
  return loadServiceDefinition(descriptors, 'google.cloud.tasks.v2.CloudTasks');
}

export interface ServiceSurroundings {
  /** By full name. */
  readonly queues: ReadonlyMap<string, QueueRunner>;
  readonly faults: InjectedFaults;
  readonly now: () => number;
  readonly onCreate: () => void;
}

/** The calls of google.cloud.tasks.v2.CloudTasks that are simulated; the others answer UNIMPLEMENTED. */
export function createCloudTasksService(surroundings: ServiceSurroundings): UntypedServiceImplementation {
  const queueNamed = (name: string | null | undefined) => {
    const queue = surroundings.queues.get(name ?? '');
    if (!queue) throw new RpcError(Code.NOT_FOUND, 'Queue does not exist.');
    return queue;
  };
  const queueOf = (task: string | null | undefined) => queueNamed(task?.replace(/\/tasks\/[^/]*$/, ''));
  const change = (act: (queue: QueueRunner) => void) =>
    unary<{ name?: string | null }, QueueMessage>((request) => {
      const queue = queueNamed(request.name);
      act(queue);
      return toQueueMessage(queue.settings, queue);
    });

  return {
    CreateTask: createTask(surroundings, queueNamed),
    GetTask: unary<Request<'GetTaskRequest'>, TaskMessage>((request) =>
      toTaskMessage(queueOf(request.name).get(request.name), viewOf(request.responseView)),
    ),
    ListTasks: unary<Request<'ListTasksRequest'>, protos.google.cloud.tasks.v2.IListTasksResponse>((request) =>
      listTasks(queueNamed(request.parent), request),
    ),
    DeleteTask: unary<Request<'DeleteTaskRequest'>, object>((request) => {
      queueOf(request.name).delete(request.name);
      return {};
    }),
    GetQueue: change(() => undefined),
    PauseQueue: change((queue) => queue.pause()),
    ResumeQueue: change((queue) => queue.resume()),
    PurgeQueue: change((queue) => queue.purge()),
  };
}

function createTask(
  { faults, now, onCreate }: ServiceSurroundings,
  queueNamed: (name: string) => QueueRunner,
): handleUnaryCall<Request<'CreateTaskRequest'>, TaskMessage> {
  const create = (request: Request<'CreateTaskRequest'>): TaskMessage => {
    const queue = queueNamed(request.parent);
    const record = readCreateRequest(request, queue.settings.name, now());
    queue.create(record);
    onCreate();
    return toTaskMessage(record, viewOf(request.responseView));
  };
  const answer = unary(create);
  return (call, callback) => {
    const fault = faults.takeCreateFault();
    if (!fault) return answer(call, callback);
    if (fault.applied) answer(call, () => undefined);
    if (fault.code !== undefined) callback({ code: fault.code, details: 'injected fault' });
  };
}

function listTasks(
  queue: QueueRunner,
  request: Request<'ListTasksRequest'>,
): protos.google.cloud.tasks.v2.IListTasksResponse {
  const { pageSize, pageToken, responseView } = request;
  if (pageSize < 0) throw new RpcError(Code.INVALID_ARGUMENT, 'page_size must not be negative.');
  const after = Buffer.from(pageToken, 'base64url').toString();
  const tasks = queue.list().filter((task) => task.name > after);
  const page = tasks.slice(0, Math.min(pageSize || MAX_PAGE, MAX_PAGE));
  const last = page.at(-1);
  return {
    tasks: page.map((task) => toTaskMessage(task, viewOf(responseView))),
    nextPageToken: last && tasks.length > page.length ? Buffer.from(last.name).toString('base64url') : '',
  };
}

function viewOf(view: unknown): 'BASIC' | 'FULL' {
  return view === 'FULL' ? 'FULL' : 'BASIC';
}
