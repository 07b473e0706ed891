// The sandbox cloud: one HTTP server on loopback that behaves as SWR, IMS, ModelArts and IAM are documented to.
// It is written from the documents alone and imports nothing from the rest of the project.
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { checkToken, createTokens, issueToken, keystoneError, type TokenProblem } from './iam.ts';
import { glanceError } from './ims/errors.ts';
import { listImages, refuseImsToken, refuseOversize, showImage } from './ims/routes.ts';
import { listImageGroups, refuseModelartsToken } from './modelarts.ts';
import { matchPath, readTarget, type SandboxRequest } from './request.ts';
import { type Answer, gatewayError, Refusal, unknownRoute } from './response.ts';
import type { SandboxState } from './state.ts';
import {
  listOwnRepositories,
  listRetentionHistories,
  listSharedRepositories,
  refuseSwrToken,
  showRepository,
} from './swr/routes.ts';
import type { World } from './world/types.ts';
import { createWorld } from './world/world.ts';

type Service = 'swr' | 'ims' | 'modelarts' | 'iam';

export interface SandboxCall {
  service: Service | 'unknown';
  method: string;
  /** The raw request target, exactly as received. */
  url: string;
  headers: Record<string, string | string[] | undefined>;
  /** 0 until the answer is sent. */
  status: number;
}

export interface SandboxOptions {
  /** 0, the default, takes a free port. */
  port?: number;
  host?: string;
  world?: World;
  /** Milliseconds that every answer waits. */
  latencyMs?: number;
  /** The clock of token expiry, in epoch milliseconds. */
  now?: () => number;
}

export interface Sandbox {
  /** Base addresses without a trailing slash. */
  endpoints: { swr: string; ims: string; modelarts: string; iam: string };
  token: string;
  projectId: string;
  world: World;
  /** The newest calls (at most 10,000) in the order of their arrival. */
  calls: SandboxCall[];
  /** Closes the server and every connection, idle or not. */
  close(): Promise<void>;
}

interface Route {
  service: Service;
  method: 'GET' | 'POST';
  /** The Allow header of a 405. */
  allow: string;
  pattern: string;
  answer: (state: SandboxState, request: SandboxRequest) => Answer;
}

/** Every call that the sandbox knows. To add one, add a line here and its function in the service's file. */
const ROUTES: Route[] = [
  swr('/v2/manage/shared-repositories', listSharedRepositories),
  swr('/v2/manage/repos', listOwnRepositories),
  swr('/v2/manage/namespaces/{namespace}/repos/{repository}', showRepository),
  swr('/v2/manage/namespaces/{namespace}/repos/{repository}/retentions/histories', listRetentionHistories),
  { service: 'ims', method: 'GET', allow: 'GET, POST', pattern: '/v2/images', answer: listImages },
  { service: 'ims', method: 'GET', allow: 'GET, PATCH, DELETE', pattern: '/v2/images/{image_id}', answer: showImage },
  {
    service: 'modelarts',
    method: 'GET',
    allow: 'GET',
    pattern: '/v1/{project_id}/images/group',
    answer: listImageGroups,
  },
  { service: 'iam', method: 'POST', allow: 'POST', pattern: '/v3/auth/tokens', answer: issueToken },
];

const KEPT_CALLS = 10_000;
/** The gateway takes 32 KB of URI and as much of a header; Node's own limit would come first. */
const MAXIMUM_HEADER_BYTES = 128 * 1024;

function swr(pattern: string, answer: Route['answer']): Route {
  return { service: 'swr', method: 'GET', allow: 'GET', pattern, answer };
}

/** Starts the sandbox. Prints nothing; rejects when the port is taken. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const world = options.world ?? createWorld();
  const state: SandboxState = { world, tokens: createTokens(world), now: options.now ?? Date.now, address: '' };
  const calls: SandboxCall[] = [];
  let received = 0;
  const server = createServer({ maxHeaderSize: MAXIMUM_HEADER_BYTES }, (incoming, response) => {
    received += 1;
    void serve(state, calls, incoming, response, received, options.latencyMs ?? 0);
  });
  await listen(server, options.port ?? 0, options.host ?? '127.0.0.1');
  const { address, port } = server.address() as AddressInfo;
  state.address = `http://${address.includes(':') ? `[${address}]` : address}:${port}`;
  const endpoints = { swr: state.address, ims: state.address, modelarts: state.address, iam: state.address };
  const close = (): Promise<void> =>
    new Promise((resolve, reject) => {
      server.close((error) => (error === undefined ? resolve() : reject(error)));
      server.closeAllConnections();
    });
  return { endpoints, token: world.tokens.valid, projectId: world.projects[0].id, world, calls, close };
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
}

async function serve(
  state: SandboxState,
  calls: SandboxCall[],
  incoming: IncomingMessage,
  response: ServerResponse,
  number: number,
  latencyMs: number,
): Promise<void> {
  const method = incoming.method ?? 'GET';
  const target = incoming.url ?? '/';
  const { path, parameters, isDecodable } = readTarget(target);
  const matched = matchRoute(path);
  const service = matched?.route.service ?? 'unknown';
  const call: SandboxCall = { service, method, url: target, headers: { ...incoming.headers }, status: 0 };
  // Recorded on arrival, so that the log keeps the order of the calls and those whose caller gave up.
  if (calls.length >= KEPT_CALLS) calls.shift();
  calls.push(call);
  const digest = createHash('md5').update(`sandbox request ${number}`).digest('hex');
  const request: SandboxRequest = {
    ...{ method, target, path, parameters, isDecodable, headers: incoming.headers, requestId: digest, projectId: null },
    pathValues: matched?.pathValues ?? {},
    body: '',
  };
  try {
    if (method === 'POST') request.body = await readBody(incoming);
  } catch {
    // The caller is gone; nobody is left to answer.
    return;
  }
  const answer = answerRequest(state, request, matched?.route ?? null);
  if (latencyMs > 0) await new Promise((resolve) => setTimeout(resolve, latencyMs).unref());
  if (response.destroyed) return;
  call.status = answer.status;
  send(response, request, answer, service);
}

function matchRoute(path: string): { route: Route; pathValues: Record<string, string> } | null {
  for (const route of ROUTES) {
    const pathValues = matchPath(route.pattern, path);
    if (pathValues !== null) return { route, pathValues };
  }
  return null;
}

async function readBody(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

/** Runs the checks in the order of a real call (size, token, method) and then the route. */
function answerRequest(state: SandboxState, request: SandboxRequest, route: Route | null): Answer {
  if (route === null) return unknownRoute(request);
  const oversize = route.service === 'ims' ? refuseOversize(request) : null;
  if (oversize !== null) return oversize;
  const denied = route.service === 'iam' ? null : authenticate(state, request, route.service);
  if (denied !== null) return denied;
  if (request.method !== route.method) return refuseMethod(state, request, route);
  try {
    return route.answer(state, request);
  } catch (error) {
    if (error instanceof Refusal) return error.answer;
    // A fault of the sandbox itself: said in the answer, as nothing here prints.
    return gatewayError(request, 500, 'APIG.0103', `Internal error of the sandbox: ${error}`);
  }
}

/** Checks the token and notes its project in the request. Shape: the service's 401, or null when all is well. */
function authenticate(state: SandboxState, request: SandboxRequest, service: Exclude<Service, 'iam'>): Answer | null {
  const token = checkToken(state, request);
  if (typeof token !== 'string') {
    request.projectId = token.projectId;
    // Glance takes a token without a project (it then shows public images); the other two need one.
    if (token.projectId !== null || service === 'ims') return null;
  }
  const problem: TokenProblem = typeof token === 'string' ? token : 'unscoped';
  if (service === 'swr') return refuseSwrToken(request, problem);
  return service === 'ims' ? refuseImsToken(state, request) : refuseModelartsToken(request, problem);
}

function refuseMethod(state: SandboxState, request: SandboxRequest, route: Route): Answer {
  const headers = { Allow: route.allow };
  const message = 'The method is not allowed for the requested URL.';
  if (route.service === 'ims') return glanceError(request, 405, message, headers);
  if (route.service === 'iam') {
    const answer = keystoneError(state, 405, 'Method Not Allowed', message);
    return { ...answer, headers: { ...answer.headers, ...headers } };
  }
  return gatewayError(request, 405, 'APIG.0101', message, headers);
}

function send(response: ServerResponse, request: SandboxRequest, answer: Answer, service: Service | 'unknown'): void {
  response.setHeader('X-Request-Id', request.requestId);
  const openstackId = openstackRequestId(request, answer.status, service);
  if (openstackId !== null) response.setHeader('X-Openstack-Request-Id', openstackId);
  response.setHeader('Content-Length', Buffer.byteLength(answer.body));
  if (answer.reason !== undefined) response.statusMessage = answer.reason;
  response.writeHead(answer.status, answer.headers);
  response.end(answer.body);
}

/** The OpenStack services' own id: echoed when the caller sent one, absent on Glance's 401. */
function openstackRequestId(request: SandboxRequest, status: number, service: Service | 'unknown'): string | null {
  const isOpenstack = service === 'iam' || (service === 'ims' && status !== 401);
  if (!isOpenstack) return null;
  const given = request.headers['x-openstack-request-id'];
  const uuid = /^req-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
  if (typeof given === 'string' && uuid.test(given)) return given;
  return `req-${request.requestId.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')}`;
}
