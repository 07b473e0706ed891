// The rules between settings: what contradicts, what is missing, and what would expose credentials.
import { isLoopbackName } from './loopback.ts';
import { namesOf, type Setting } from './setting.ts';
import { SETTINGS } from './settings.ts';

/** The texts of the settings that are given, by name, without empty ones. */
export type Given = Readonly<Record<string, string>>;

const { cloud, callers } = SETTINGS;
const { auth } = cloud;

/** Any of these names a cloud, so that the sandbox is not served instead. */
const CLOUD_NAMES = [cloud.kind, cloud.region, cloud.endpoints, cloud.projectId, auth.mode].flatMap(namesOf);
const ENDPOINT_NAMES = namesOf(cloud.endpoints);
const AUTHENTICATION_NAMES = namesOf(callers.authentication);
const JWT_NAMES = namesOf(callers.authentication.jwt);
const JWKS_NAME = callers.authentication.jwt.jwksUrl.name;

const isGiven = (given: Given) => (name: string) => Object.hasOwn(given, name);
const isTrue = (given: Given, { name }: Setting) => given[name] === 'true';

/** Whether the sandbox is served. With a setting that names a cloud it is not, even with an empty one. */
export function isSandbox(environment: Readonly<Record<string, string | undefined>>, given: Given): boolean {
  if (SETTINGS.sandbox.name in given) return isTrue(given, SETTINGS.sandbox);
  return CLOUD_NAMES.every((name) => environment[name] === undefined);
}

/** Faults of the settings that choose the cloud or the sandbox. */
export function cloudFaults(given: Given, sandbox: boolean): string[] {
  const named = CLOUD_NAMES.filter(isGiven(given));
  if (sandbox) {
    if (named.length > 0) return [`${SETTINGS.sandbox.name}=true contradicts ${named.join(', ')}`];
    if (given[SETTINGS.nodeEnv.name] === 'production' && !(SETTINGS.sandbox.name in given)) {
      return [`with NODE_ENV=production set an endpoint, or ${SETTINGS.sandbox.name}=true`];
    }
    return [];
  }
  const { iam, ...others } = cloud.endpoints;
  if (namesOf(others).some(isGiven(given))) return [];
  const kind = given[cloud.kind.name];
  if (kind === 'openstack') return [`${cloud.kind.name}=openstack needs ${cloud.endpoints.ims.name}`];
  if (kind === undefined) {
    return [`no endpoint is given: set ${cloud.kind.name} and ${cloud.region.name}, or at least one of the endpoints`];
  }
  return cloud.region.name in given ? [] : [`${cloud.kind.name} needs ${cloud.region.name} or an endpoint`];
}

/** What each mode of authentication needs: any setting of each group. */
const NEEDED = {
  password: [
    [auth.password.username],
    [auth.password.password],
    [auth.password.domainName],
    [cloud.projectId, auth.password.projectName],
  ],
  aksk: [[auth.aksk.accessKey], [auth.aksk.secretKey], [cloud.projectId]],
};
const MODES = ['password', 'aksk'] as const;

/** What is missing of the server's credentials, and what belongs to another mode. */
export function credentialFaults(given: Given): string[] {
  const mode = given[auth.mode.name];
  const missing = MODES.filter((one) => one === mode)
    .flatMap((one) => NEEDED[one])
    .map((group) => group.flatMap(namesOf))
    .filter((names) => !names.some(isGiven(given)))
    .map((names) => `${auth.mode.name}=${mode} needs ${names.join(' or ')}`);
  const misplaced = MODES.filter((owner) => owner !== mode).flatMap((owner) =>
    namesOf(auth[owner])
      .filter(isGiven(given))
      .map((name) => `${name} needs ${auth.mode.name}=${owner}`),
  );
  const hasTwoProjects = [cloud.projectId, auth.password.projectName].every(({ name }) => name in given);
  return [
    ...missing,
    ...misplaced,
    ...(hasTwoProjects && mode === 'password'
      ? [`${auth.password.projectName.name} contradicts ${cloud.projectId.name}`]
      : []),
  ];
}

/** Whether the server has credentials of its own. */
const hasCredentials = (given: Given) => MODES.some((mode) => mode === given[auth.mode.name]);

/** What is wrong with the facts that are to be metrics: they are read with the server's own credentials. */
export const factsFaults = (given: Given, sandbox: boolean): string[] =>
  SETTINGS.telemetry.facts.name in given && !sandbox && !hasCredentials(given)
    ? [`${SETTINGS.telemetry.facts.name} needs credentials of the server: set ${auth.mode.name}`]
    : [];

/** Whether the server uses its own credentials for unauthenticated callers: then only its own machine may send requests. */
export const isLoopbackOnly = (given: Given) =>
  hasCredentials(given) && !AUTHENTICATION_NAMES.some(isGiven(given)) && !isTrue(given, callers.allowAnonymous);

/** What is wrong with the authentication of callers. `faultOf` says what is wrong with the file of API keys. */
export function callerFaults(given: Given, faultOf: (file: string) => string | undefined): string[] {
  const faults: string[] = JWT_NAMES.some(isGiven(given))
    ? JWT_NAMES.filter((name) => !(name in given)).map(
        (name) => `${name} is missing: a token is checked by issuer, audience and key set together`,
      )
    : [];
  const authentication = AUTHENTICATION_NAMES.filter(isGiven(given));
  if (isTrue(given, callers.allowAnonymous) && authentication.length > 0)
    faults.push(`${callers.allowAnonymous.name}=true contradicts ${authentication.join(', ')}`);
  const { apiKeysFile } = callers.authentication;
  const file = given[apiKeysFile.name];
  const fault = file === undefined ? undefined : faultOf(file);
  if (fault) faults.push(`${apiKeysFile.name} ${fault}`);
  const host = given[SETTINGS.host.name];
  if (isLoopbackOnly(given) && host !== undefined && !isLoopbackName(host)) {
    faults.push(
      `HOST=${host} with ${auth.mode.name}=${given[auth.mode.name]} would lend the server's credentials to everybody who can reach it: set ${apiKeysFile.name} or ${callers.authentication.jwt.issuer.name}, or HOST=127.0.0.1, or ${callers.allowAnonymous.name}=true`,
    );
  }
  return faults;
}

const isPlainHttp = (text: string | undefined) => {
  const url = text !== undefined && URL.canParse(text) ? new URL(text) : undefined;
  return url?.protocol === 'http:' && !isLoopbackName(url.hostname);
};

/** The URLs over which credentials or keys pass in clear text beyond this machine. */
const plainHttpNames = (given: Given) => [...ENDPOINT_NAMES, JWKS_NAME].filter((name) => isPlainHttp(given[name]));

/** Which credentials would leave the machine in clear text. */
export function plainHttpFaults(given: Given): string[] {
  if (isTrue(given, cloud.allowPlainHttp)) return [];
  return plainHttpNames(given)
    .filter((name) => hasCredentials(given) || name === JWKS_NAME)
    .map(
      (name) =>
        `${name} is http: credentials would pass in clear text; use https, or set ${cloud.allowPlainHttp.name}=true`,
    );
}

/** What is allowed although it is dangerous: a line each, for the log. */
export function warningsOf(given: Given): string[] {
  const warnings: string[] = [];
  if (isTrue(given, callers.allowAnonymous) && hasCredentials(given)) {
    warnings.push(
      `${callers.allowAnonymous.name}=true: everybody who can reach this server reads the cloud with its credentials (${auth.mode.name}=${given[auth.mode.name]}).`,
    );
  }
  const plain = plainHttpNames(given);
  if (plain.length > 0) warnings.push(`${plain.join(', ')}: tokens and responses pass in clear text.`);
  return warnings;
}
