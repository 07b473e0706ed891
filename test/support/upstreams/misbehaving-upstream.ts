// Services that misbehave on command while they run, and count their calls, connections and aborts.
import { once } from 'node:events';
import { createServer as createHttpServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { onTestFinished } from 'vitest';
import type { Service } from '../../../src/config/services.ts';
import { makeCertificate } from './certificate.ts';
import { callOf, type Reply, type Script, type UpstreamCall } from './upstream.ts';

/** Makes a bad script of a good one. */
export type CallFault = (healthy: Script) => Script;
/** What goes wrong before there is a call; all but the first are for a service that is called by HTTPS. */
export type ConnectionFault =
  | 'refuses connections'
  | 'speaks no TLS'
  | 'has no certificate'
  | 'has an untrusted certificate';
export type Fault = CallFault | ConnectionFault;

/** Responds with this instead of what is right. */
export const respondsWith =
  (reply: Reply): CallFault =>
  () =>
  () =>
    reply;

/** Responds rightly, but late. */
export const respondsAfter =
  (milliseconds: number): CallFault =>
  (healthy) =>
  async (call, response) => {
    await pause(milliseconds);
    return response.destroyed ? undefined : healthy(call, response);
  };

/** Responds with this until so many milliseconds after its first call have passed. */
export const respondsFor =
  (milliseconds: number, reply: Reply): CallFault =>
  (healthy) => {
    let until: number | undefined;
    return (call, response) => {
      until ??= performance.now() + milliseconds;
      return performance.now() < until ? reply : healthy(call, response);
    };
  };

/** Does one thing at the first call, and another at those that follow. */
export const first =
  (fault: CallFault, then: CallFault): CallFault =>
  (healthy) => {
    const [begin, goOn] = [fault(healthy), then(healthy)];
    let isFirst = true;
    return (call, response) => {
      const script = isFirst ? begin : goOn;
      isFirst = false;
      return script(call, response);
    };
  };

export const isHealthy: CallFault = (healthy) => healthy;

export const hangs: CallFault = () => () => undefined;

const JSON_HEAD = { 'content-type': 'application/json' };

export const hangsAfterItsHead: CallFault = () => (_call, response) =>
  void response.writeHead(200, JSON_HEAD).flushHeaders();

/** Sends blanks, for ever. */
export const drips: CallFault = () => (_call, response) => {
  response.writeHead(200, JSON_HEAD);
  const tap = setInterval(() => response.write(' '), 20);
  response.on('close', () => clearInterval(tap));
  return undefined;
};

/** Sends so many megabytes of blanks, as fast as they are taken. */
export const pours =
  (megabytes: number, headers: Record<string, string> = {}): CallFault =>
  () =>
  (_call, response) => {
    const megabyte = Buffer.alloc(1e6, ' ');
    response.writeHead(200, { ...JSON_HEAD, ...headers });
    let left = megabytes;
    const pour = () => {
      while (left-- > 0) if (!response.write(megabyte)) return void response.once('drain', pour);
      response.end();
    };
    pour();
    return undefined;
  };

/** The responses that a service has broken off itself. */
const brokenOff = new WeakSet<ServerResponse>();
function breakOff(response: ServerResponse, how: (socket: Socket) => void): undefined {
  brokenOff.add(response);
  if (response.socket) how(response.socket);
}

export const resets: CallFault = () => (_call, response) => breakOff(response, (socket) => socket.resetAndDestroy());

export const resetsAfterItsHead: CallFault = () => async (_call, response) => {
  response.writeHead(200, { ...JSON_HEAD, 'content-length': '1000' }).write('[');
  // The client is in this process: after a turn of the loop it has read the head; a reset would have overtaken it.
  await nextTurn();
  await nextTurn();
  return breakOff(response, (socket) => socket.resetAndDestroy());
};

/** Ends the connection behind half a JSON text, below a header that promises more, or nothing. */
export const cutsOff =
  (header: string, body = '[{"name":"busybox","images":[{"id'): CallFault =>
  () =>
  (_call, response) =>
    breakOff(response, (socket) =>
      socket.end(`HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n${header}\r\n\r\n${body}`),
    );

/** How many calls a connection has carried. */
const carried = new WeakMap<Socket, number>();

/** Closes a connection that was kept alive when a further call arrives on it. */
export const closesKeptConnections: CallFault = (healthy) => (call, response) =>
  (carried.get(response.req.socket) ?? 0) > 1
    ? breakOff(response, (socket) => socket.destroy())
    : healthy(call, response);

/** Closes one that was kept alive by a reset. */
export const resetsKeptConnections: CallFault = (healthy) => (call, response) =>
  (carried.get(response.req.socket) ?? 0) > 1 ? resets(healthy)(call, response) : healthy(call, response);

/** The services listen on an address of their own, where their ports stay free for them while they refuse connections. */
const ADDRESS = '127.0.0.2';
const TRUSTED = makeCertificate(ADDRESS);
setDefaultCACertificates([...getCACertificates('default'), TRUSTED.cert]);

/** One service. It is healthy until it is made to misbehave. */
export class MisbehavingService {
  /** The connections that were made to it. */
  connections = 0;
  /** The calls that the client aborted, and those that neither side has ended. */
  aborted = 0;
  pending = 0;
  readonly calls: UpstreamCall[] = [];
  readonly #healthy: Script;
  #script: Script;
  #server: Server;
  readonly #servers: Readonly<Record<'plain' | 'secure' | ConnectionFault, Server>>;
  readonly #sockets = new Set<Socket>();
  /** Keeps the port from other processes. */
  readonly #keeper = createServer();
  readonly #front = createServer({ noDelay: true }, (socket) => this.#accept(socket));
  readonly #isSecure: boolean;

  constructor(healthy: Script, isSecure = false) {
    this.#healthy = this.#script = healthy;
    this.#isSecure = isSecure;
    const handle = (request: IncomingMessage, response: ServerResponse) => void this.#respond(request, response);
    const plain = createHttpServer(handle);
    const secure = createHttpsServer(TRUSTED, handle);
    this.#servers = {
      plain,
      secure,
      'refuses connections': plain,
      'speaks no TLS': plain,
      'has no certificate': createHttpsServer(handle),
      'has an untrusted certificate': createHttpsServer(makeCertificate(ADDRESS), handle),
    };
    this.#server = isSecure ? secure : plain;
  }

  async start(): Promise<void> {
    this.#keeper.listen(0, '127.0.0.1');
    await once(this.#keeper, 'listening');
    await this.#listen();
  }

  get url(): string {
    return `${this.#isSecure ? 'https' : 'http'}://${ADDRESS}:${(this.#keeper.address() as AddressInfo).port}`;
  }

  get openSockets(): number {
    return this.#sockets.size;
  }

  /** The raw targets of its calls since the last call of this function, in the order of arrival. */
  targets(): string[] {
    return this.calls.splice(0).map(({ url }) => url);
  }

  /** From now on it misbehaves like this; without a fault it is healthy again. */
  async misbehave(fault?: Fault): Promise<void> {
    this.#script = typeof fault === 'function' ? fault(this.#healthy) : this.#healthy;
    this.#server = this.#servers[typeof fault === 'string' ? fault : this.#isSecure ? 'secure' : 'plain'];
    if (fault === 'refuses connections') await this.#stopListening();
    else if (!this.#front.listening) await this.#listen();
  }

  async close(): Promise<void> {
    if (this.#front.listening) await this.#stopListening();
    this.#keeper.close();
  }

  async #listen(): Promise<void> {
    this.#front.listen((this.#keeper.address() as AddressInfo).port, ADDRESS);
    await once(this.#front, 'listening');
  }

  async #stopListening(): Promise<void> {
    this.#front.close();
    for (const socket of this.#sockets) socket.destroy();
    await once(this.#front, 'close');
  }

  #accept(socket: Socket): void {
    this.connections++;
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket)).on('error', () => {});
    this.#server.emit('connection', socket);
  }

  async #respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const call = callOf(request);
    this.calls.push(call);
    carried.set(request.socket, (carried.get(request.socket) ?? 0) + 1);
    this.pending++;
    response.on('close', () => {
      this.pending--;
      if (!response.writableFinished && !brokenOff.has(response)) this.aborted++;
    });
    const reply = await this.#script(call, response);
    if (!reply) return;
    const { status = 200, headers: more = {}, body = '' } = reply;
    response.writeHead(status, { ...JSON_HEAD, ...more });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  }
}

export type MisbehavingUpstream = Readonly<Record<Service, MisbehavingService>> & {
  /** The settings that point the services at it. */
  readonly settings: Record<string, string>;
};

/** Starts the services for the length of a test; `secure` names one that is called by HTTPS. */
export async function startMisbehavingUpstream(
  healthy: Readonly<Record<Service, Script>>,
  secure?: Service,
): Promise<MisbehavingUpstream> {
  const start = async (name: Service) => {
    const service = new MisbehavingService(healthy[name], name === secure);
    await service.start();
    onTestFinished(() => service.close());
    return service;
  };
  const [swr, ims, modelarts, iam] = [
    await start('swr'),
    await start('ims'),
    await start('modelarts'),
    await start('iam'),
  ];
  const settings = {
    IMAGE_GRAPH_SWR_ENDPOINT: swr.url,
    IMAGE_GRAPH_IMS_ENDPOINT: ims.url,
    IMAGE_GRAPH_MODELARTS_ENDPOINT: modelarts.url,
    IMAGE_GRAPH_IAM_ENDPOINT: iam.url,
    IMAGE_GRAPH_PROJECT_ID: 'project-1',
  };
  return { swr, ims, modelarts, iam, settings };
}
