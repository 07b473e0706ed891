// The faults that lie between settings: what does not go together, what is missing, and what would expose credentials.
import { isLoopbackName } from './loopback.ts';
import type { SETTINGS } from './settings.ts';

/** Settings as they were given, without the empty ones. */
export type Given = Readonly<Partial<Record<keyof typeof SETTINGS, string>>>;
type Name = keyof Given;

/** Any of these says which cloud to serve, so that the sandbox is never taken for it. */
export const CLOUD_SETTINGS = [
  'IMAGE_GRAPH_CLOUD',
  'IMAGE_GRAPH_REGION',
  'IMAGE_GRAPH_SWR_ENDPOINT',
  'IMAGE_GRAPH_IMS_ENDPOINT',
  'IMAGE_GRAPH_MODELARTS_ENDPOINT',
  'IMAGE_GRAPH_IAM_ENDPOINT',
  'IMAGE_GRAPH_PROJECT_ID',
  'IMAGE_GRAPH_AUTH',
] as const satisfies readonly Name[];

/** Settings that guard a door: given without a value they are a fault, as nobody means to leave it open. */
export const GUARDS = [
  'IMAGE_GRAPH_API_KEYS_FILE',
  'IMAGE_GRAPH_JWT_ISSUER',
  'IMAGE_GRAPH_JWT_AUDIENCE',
  'IMAGE_GRAPH_JWT_JWKS_URL',
  'IMAGE_GRAPH_ROUTER_SECRET',
  'IMAGE_GRAPH_ROUTER_SECRET_FILE',
] as const satisfies readonly Name[];

/** Which cloud is it? */
export function cloudFaults(given: Given, sandbox: boolean): string[] {
  const cloudSettings = CLOUD_SETTINGS.filter((name) => name in given);
  if (sandbox) {
    if (cloudSettings.length > 0) return [`IMAGE_GRAPH_SANDBOX=true contradicts ${cloudSettings.join(', ')}`];
    if (given.NODE_ENV === 'production' && given.IMAGE_GRAPH_SANDBOX === undefined) {
      return [
        'with NODE_ENV=production an endpoint must be given, or the sandbox asked for with IMAGE_GRAPH_SANDBOX=true',
      ];
    }
    return [];
  }
  const endpoints = cloudSettings.filter((name) => name.endsWith('_ENDPOINT') && name !== 'IMAGE_GRAPH_IAM_ENDPOINT');
  if (endpoints.length > 0) return [];
  if (given.IMAGE_GRAPH_CLOUD === 'openstack') return ['IMAGE_GRAPH_CLOUD=openstack needs IMAGE_GRAPH_IMS_ENDPOINT'];
  if (given.IMAGE_GRAPH_CLOUD === undefined) {
    return ['no endpoint is given: set IMAGE_GRAPH_CLOUD and IMAGE_GRAPH_REGION, or at least one of the endpoints'];
  }
  return given.IMAGE_GRAPH_REGION === undefined ? ['IMAGE_GRAPH_CLOUD needs IMAGE_GRAPH_REGION or an endpoint'] : [];
}

/** What each way of authentication needs; a list in the place of a name means any one of it. */
const NEEDED: Readonly<Record<string, readonly (Name | readonly [Name, Name])[]>> = {
  password: [
    'IMAGE_GRAPH_USERNAME',
    ['IMAGE_GRAPH_PASSWORD', 'IMAGE_GRAPH_PASSWORD_FILE'],
    'IMAGE_GRAPH_DOMAIN_NAME',
    ['IMAGE_GRAPH_PROJECT_ID', 'IMAGE_GRAPH_PROJECT_NAME'],
  ],
  aksk: [
    ['IMAGE_GRAPH_ACCESS_KEY', 'IMAGE_GRAPH_ACCESS_KEY_FILE'],
    ['IMAGE_GRAPH_SECRET_KEY', 'IMAGE_GRAPH_SECRET_KEY_FILE'],
    'IMAGE_GRAPH_PROJECT_ID',
  ],
};

/** Settings that only one way of authentication looks at, and by which it is. */
const BELONGS_TO: Readonly<Partial<Record<Name, string>>> = {
  IMAGE_GRAPH_USERNAME: 'password',
  IMAGE_GRAPH_PASSWORD: 'password',
  IMAGE_GRAPH_PASSWORD_FILE: 'password',
  IMAGE_GRAPH_DOMAIN_NAME: 'password',
  IMAGE_GRAPH_PROJECT_NAME: 'password',
  IMAGE_GRAPH_ACCESS_KEY: 'aksk',
  IMAGE_GRAPH_ACCESS_KEY_FILE: 'aksk',
  IMAGE_GRAPH_SECRET_KEY: 'aksk',
  IMAGE_GRAPH_SECRET_KEY_FILE: 'aksk',
  IMAGE_GRAPH_SECURITY_TOKEN: 'aksk',
  IMAGE_GRAPH_SECURITY_TOKEN_FILE: 'aksk',
  IMAGE_GRAPH_SIGNING: 'aksk',
};

/** Are the credentials complete, and of one kind? */
export function credentialFaults(given: Given): string[] {
  const mode = given.IMAGE_GRAPH_AUTH ?? 'passthrough';
  const missing = (Object.hasOwn(NEEDED, mode) ? (NEEDED[mode] ?? []) : [])
    .map((names) => [names].flat())
    .filter((names) => !names.some((name) => name in given))
    .map((names) => `IMAGE_GRAPH_AUTH=${mode} needs ${names.join(' or ')}`);
  const foreign = Object.entries(BELONGS_TO)
    .filter(([name, owner]) => name in given && owner !== mode)
    .map(([name, owner]) => `${name} needs IMAGE_GRAPH_AUTH=${owner}`);
  const projects = ['IMAGE_GRAPH_PROJECT_ID', 'IMAGE_GRAPH_PROJECT_NAME'].every((name) => name in given);
  return [
    ...missing,
    ...foreign,
    ...(projects && mode === 'password' ? ['IMAGE_GRAPH_PROJECT_NAME contradicts IMAGE_GRAPH_PROJECT_ID'] : []),
  ];
}

const JWT_SETTINGS = ['IMAGE_GRAPH_JWT_ISSUER', 'IMAGE_GRAPH_JWT_AUDIENCE', 'IMAGE_GRAPH_JWT_JWKS_URL'] as const;

/** The settings by which callers show who they are. */
const callerSettings = (given: Given) =>
  (
    [
      'IMAGE_GRAPH_API_KEYS_FILE',
      ...JWT_SETTINGS,
      'IMAGE_GRAPH_ROUTER_SECRET',
      'IMAGE_GRAPH_ROUTER_SECRET_FILE',
    ] as const
  ).filter((name) => name in given);

const holdsCredentials = ({ IMAGE_GRAPH_AUTH: mode }: Given) => mode === 'password' || mode === 'aksk';

/** Whether the server lends its credentials to whoever reaches it: then only this machine may. */
export const isLoopbackOnly = (given: Given) =>
  holdsCredentials(given) && callerSettings(given).length === 0 && given.IMAGE_GRAPH_ALLOW_ANONYMOUS !== 'true';

/** Who may ask, and from where? `canRead` tells whether a file is there. */
export function callerFaults(given: Given, canRead: (file: string) => boolean): string[] {
  const faults: string[] = JWT_SETTINGS.filter(
    (name) => !(name in given) && JWT_SETTINGS.some((other) => other in given),
  ).map((name) => `${name} is missing: a token is checked by issuer, audience and key set together`);
  if (given.IMAGE_GRAPH_ALLOW_ANONYMOUS === 'true' && callerSettings(given).length > 0)
    faults.push(`IMAGE_GRAPH_ALLOW_ANONYMOUS=true contradicts ${callerSettings(given).join(', ')}`);
  const { IMAGE_GRAPH_API_KEYS_FILE: file } = given;
  if (file !== undefined && !canRead(file))
    faults.push('IMAGE_GRAPH_API_KEYS_FILE cannot be read: `image-graph key create NAME` makes it');
  const host = given.HOST ?? '127.0.0.1';
  if (isLoopbackOnly(given) && !isLoopbackName(host)) {
    faults.push(
      `HOST=${host} with IMAGE_GRAPH_AUTH=${given.IMAGE_GRAPH_AUTH} would lend the server's credentials to everybody who reaches it: set IMAGE_GRAPH_API_KEYS_FILE or IMAGE_GRAPH_JWT_ISSUER, or HOST=127.0.0.1, or say IMAGE_GRAPH_ALLOW_ANONYMOUS=true`,
    );
  }
  return faults;
}

const isPlainHttp = (text: string | undefined) => {
  const url = text !== undefined && URL.canParse(text) ? new URL(text) : undefined;
  return url?.protocol === 'http:' && !isLoopbackName(url.hostname);
};

const ENDPOINTS = [
  'IMAGE_GRAPH_SWR_ENDPOINT',
  'IMAGE_GRAPH_IMS_ENDPOINT',
  'IMAGE_GRAPH_MODELARTS_ENDPOINT',
  'IMAGE_GRAPH_IAM_ENDPOINT',
] as const;

/** The settings that send something secret, or trust what comes back, over a connection that everybody on the way can read. */
const plainSettings = (given: Given) =>
  [...ENDPOINTS, 'IMAGE_GRAPH_JWT_JWKS_URL' as const].filter((name) => isPlainHttp(given[name]));

/** Does anything secret leave the machine in clear text? */
export function plainHttpFaults(given: Given): string[] {
  if (given.IMAGE_GRAPH_ALLOW_PLAIN_HTTP === 'true') return [];
  return plainSettings(given)
    .filter((name) => holdsCredentials(given) || name === 'IMAGE_GRAPH_JWT_JWKS_URL')
    .map(
      (name) =>
        `${name} is http: credentials would pass in clear text; use https, or say IMAGE_GRAPH_ALLOW_PLAIN_HTTP=true`,
    );
}

/** What is allowed although it is dangerous: a line each, for the log. */
export function warningsOf(given: Given): string[] {
  const warnings: string[] = [];
  if (given.IMAGE_GRAPH_ALLOW_ANONYMOUS === 'true' && holdsCredentials(given)) {
    warnings.push(
      `IMAGE_GRAPH_ALLOW_ANONYMOUS=true: everybody who reaches this server reads the cloud with its credentials (IMAGE_GRAPH_AUTH=${given.IMAGE_GRAPH_AUTH}).`,
    );
  }
  const plain = plainSettings(given);
  if (plain.length > 0) warnings.push(`${plain.join(', ')}: tokens and answers pass in clear text.`);
  return warnings;
}
