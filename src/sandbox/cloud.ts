// The sandbox cloud: one HTTP server on loopback that behaves as the documents of SWR, IMS, ModelArts and IAM say.
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { checkToken, createTokens, issueToken, keystoneResponse, type TokenProblem } from './iam.ts';
import { listOsVersions, showImageQuotas } from './ims/account.ts';
import { glanceResponse } from './ims/errors.ts';
import { listImageMembers, showImageMember } from './ims/members.ts';
import { listImages, rejectImsToken, rejectOversize, showImage } from './ims/routes.ts';
import { listImageGroups } from './modelarts/groups.ts';
import { listTrainingImages, showTrainingImage } from './modelarts/images.ts';
import { rejectModelartsToken } from './modelarts/requests.ts';
import { matchPath, readTarget, type SandboxRequest } from './request.ts';
import { gatewayResponse, HttpError, type SandboxResponse, unknownRoute } from './response.ts';
import type { SandboxState } from './state.ts';
import { listQuotas, showOverview } from './swr/account.ts';
import { rejectSwrToken } from './swr/errors.ts';
import {
  listOrganizations,
  showOrganization,
  showOrganizationPermissions,
  showRepositoryPermissions,
} from './swr/organizations.ts';
import { listOwnRepositories, listSharedRepositories, showRepository } from './swr/repositories.ts';
import { listRetentionHistories, listRetentionPolicies, showRetentionPolicy } from './swr/retentions.ts';
import { listShares, showShare } from './swr/shares.ts';
import { listAccessories, listTags, showTag, showTagConfig } from './swr/tags.ts';
import { listTriggers, showTrigger } from './swr/triggers.ts';
import type { World } from './world/types.ts';
import { createWorld } from './world/world.ts';

type Service = 'swr' | 'ims' | 'modelarts' | 'iam';

export interface SandboxCall {
  service: Service | 'unknown';
  method: string;
  /** The raw request target, exactly as received. */
  url: string;
  headers: Record<string, string | string[] | undefined>;
  /** 0 until the response is sent. */
  status: number;
}

export interface SandboxOptions {
  /** 0, the default, takes a free port. */
  port?: number;
  host?: string;
  world?: World;
  /** Milliseconds by which every response is delayed. */
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
  handle: (state: SandboxState, request: SandboxRequest) => SandboxResponse;
}

const REPOSITORY = '/v2/manage/namespaces/{namespace}/repos/{repository}';
const SHARES = '/v2/manage/namespaces/{namespace}/repositories/{repository}/access-domains';

/** All calls that the sandbox offers. To add one, add a line here and its function in the service's file. */
const ROUTES: Route[] = [
  swr('/v2/manage/shared-repositories', listSharedRepositories),
  swr('/v2/manage/repos', listOwnRepositories),
  swr('/v2/manage/overview', showOverview),
  swr('/v2/manage/projects/{project_id}/quotas', listQuotas),
  swr('/v2/manage/namespaces', listOrganizations),
  swr('/v2/manage/namespaces/{namespace}', showOrganization),
  swr('/v2/manage/namespaces/{namespace}/access', showOrganizationPermissions),
  swr(REPOSITORY, showRepository),
  swr(`${REPOSITORY}/access`, showRepositoryPermissions),
  swr(`${REPOSITORY}/tags`, listTags),
  swr(`${REPOSITORY}/tags/{tag}`, showTag),
  swr(`${REPOSITORY}/tags/{tag}/config`, showTagConfig),
  swr(`${REPOSITORY}/{tag}/accessories`, listAccessories),
  swr(`${REPOSITORY}/retentions`, listRetentionPolicies),
  swr(`${REPOSITORY}/retentions/histories`, listRetentionHistories),
  swr(`${REPOSITORY}/retentions/{retention_id}`, showRetentionPolicy),
  swr(`${REPOSITORY}/triggers`, listTriggers),
  swr(`${REPOSITORY}/triggers/{trigger}`, showTrigger),
  swr(SHARES, listShares),
  swr(`${SHARES}/{access_domain}`, showShare),
  ims('/v2/images', listImages, 'GET, POST'),
  ims('/v2/images/{image_id}', showImage, 'GET, PATCH, DELETE'),
  ims('/v2/images/{image_id}/members', listImageMembers, 'GET, POST'),
  ims('/v2/images/{image_id}/members/{member_id}', showImageMember, 'GET, PUT, DELETE'),
  ims('/v1/cloudimages/quota', showImageQuotas),
  ims('/v1/cloudimages/os_version', listOsVersions),
  // Before the image by id, whose pattern matches it, too.
  modelarts('/v1/{project_id}/images/group', listImageGroups),
  modelarts('/v1/{project_id}/images', listTrainingImages),
  modelarts('/v1/{project_id}/images/{id}', showTrainingImage, 'GET, DELETE'),
  { service: 'iam', method: 'POST', allow: 'POST', pattern: '/v3/auth/tokens', handle: issueToken },
];

const MAX_CALLS = 10_000;
/** The gateway accepts 32 KB of URI and 32 KB of one header: more than Node's default for both. */
const MAX_HEADER_BYTES = 128 * 1024;

function swr(pattern: string, handle: Route['handle']): Route {
  return { service: 'swr', method: 'GET', allow: 'GET', pattern, handle };
}

function ims(pattern: string, handle: Route['handle'], allow = 'GET'): Route {
  return { service: 'ims', method: 'GET', allow, pattern, handle };
}

function modelarts(pattern: string, handle: Route['handle'], allow = 'GET'): Route {
  return { service: 'modelarts', method: 'GET', allow, pattern, handle };
}

/** Starts the sandbox. Prints nothing; rejects when the port is taken. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const world = options.world ?? createWorld();
  const state: SandboxState = { world, tokens: createTokens(world), now: options.now ?? Date.now, address: '' };
  const calls: SandboxCall[] = [];
  let received = 0;
  const server = createServer({ maxHeaderSize: MAX_HEADER_BYTES }, (incoming, outgoing) => {
    received += 1;
    void serve(state, calls, incoming, outgoing, received, options.latencyMs ?? 0);
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
  outgoing: ServerResponse,
  number: number,
  latencyMs: number,
): Promise<void> {
  const method = incoming.method ?? 'GET';
  const target = incoming.url ?? '/';
  const { path, parameters, isDecodable } = readTarget(target);
  const matched = matchRoute(path);
  const service = matched?.route.service ?? 'unknown';
  const call: SandboxCall = { service, method, url: target, headers: { ...incoming.headers }, status: 0 };
  // Recorded on arrival: the log keeps the order of the calls, and has those that the client aborts.
  if (calls.length >= MAX_CALLS) calls.shift();
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
    // The client has disconnected.
    return;
  }
  const response = handleRequest(state, request, matched?.route ?? null);
  if (latencyMs > 0) await new Promise((resolve) => setTimeout(resolve, latencyMs).unref());
  if (outgoing.destroyed) return;
  call.status = response.status;
  send(outgoing, request, response, service);
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
function handleRequest(state: SandboxState, request: SandboxRequest, route: Route | null): SandboxResponse {
  if (route === null) return unknownRoute(request);
  const oversize = route.service === 'ims' ? rejectOversize(request) : null;
  if (oversize !== null) return oversize;
  const denied = route.service === 'iam' ? null : authenticate(state, request, route.service);
  if (denied !== null) return denied;
  if (request.method !== route.method) return rejectMethod(state, request, route);
  try {
    return route.handle(state, request);
  } catch (error) {
    if (error instanceof HttpError) return error.response;
    // A bug in the sandbox: the response says so, as nothing here prints.
    return gatewayResponse(request, 500, 'APIG.0103', `Internal error of the sandbox: ${error}`);
  }
}

/** Checks the token and sets the request's project. Shape: the service's 401, or null for a valid token. */
function authenticate(
  state: SandboxState,
  request: SandboxRequest,
  service: Exclude<Service, 'iam'>,
): SandboxResponse | null {
  const token = checkToken(state, request);
  if (typeof token !== 'string') {
    request.projectId = token.projectId;
    // Glance accepts a token without a project (and shows public images); the other two need one.
    if (token.projectId !== null || service === 'ims') return null;
  }
  const problem: TokenProblem = typeof token === 'string' ? token : 'unscoped';
  if (service === 'swr') return rejectSwrToken(request, problem);
  return service === 'ims' ? rejectImsToken(state, request) : rejectModelartsToken(request, problem);
}

function rejectMethod(state: SandboxState, request: SandboxRequest, route: Route): SandboxResponse {
  const headers = { Allow: route.allow };
  const message = 'The method is not allowed for the requested URL.';
  if (route.service === 'ims') return glanceResponse(request, 405, message, headers);
  if (route.service === 'iam') {
    const response = keystoneResponse(state, 405, 'Method Not Allowed', message);
    return { ...response, headers: { ...response.headers, ...headers } };
  }
  return gatewayResponse(request, 405, 'APIG.0101', message, headers);
}

function send(
  outgoing: ServerResponse,
  request: SandboxRequest,
  response: SandboxResponse,
  service: Service | 'unknown',
): void {
  outgoing.setHeader('X-Request-Id', request.requestId);
  const openstackId = openstackRequestId(request, response.status, service);
  if (openstackId !== null) outgoing.setHeader('X-Openstack-Request-Id', openstackId);
  outgoing.setHeader('Content-Length', Buffer.byteLength(response.body));
  if (response.reason !== undefined) outgoing.statusMessage = response.reason;
  outgoing.writeHead(response.status, response.headers);
  outgoing.end(response.body);
}

/** The id of the OpenStack services: echoed when the request has a valid one, absent on Glance's 401. */
function openstackRequestId(request: SandboxRequest, status: number, service: Service | 'unknown'): string | null {
  const isOpenstack = service === 'iam' || (service === 'ims' && status !== 401);
  if (!isOpenstack) return null;
  const given = request.headers['x-openstack-request-id'];
  const uuid = /^req-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
  if (typeof given === 'string' && uuid.test(given)) return given;
  return `req-${request.requestId.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')}`;
}
