// What the settings say, for people: which are given and where, what follows from them, and all of them as a file for `--env-file`.
import type { Config } from './config.ts';
import { environment, type Source, sourceOf } from './environment.ts';
import { SERVICES } from './services.ts';
import { isSecret, isSetting, namesOf, type Setting, type SettingTree, settingsIn } from './setting.ts';
import { SETTINGS } from './settings.ts';
import { defaultOf, SECTIONS } from './settings-page.ts';

export interface GivenSetting {
  readonly name: string;
  /** Its text; of a secret nothing of it. */
  readonly text: string;
  readonly source: string;
}

/** What stands in the place of a secret. */
const MASK = '(secret)';

const SECRETS: ReadonlySet<string> = new Set(
  settingsIn(SETTINGS)
    .filter(isSecret)
    .map(({ name }) => name),
);
const KNOWN: ReadonlySet<string> = new Set(namesOf(SETTINGS));

/** Names that are not in the table and may hold a secret: those of OpenTelemetry, and misspelt ones. */
const isOther = (name: string) => /^(OTEL|IMAGE_GRAPH)_/.test(name) && !KNOWN.has(name);
const IS_PUBLIC_OTEL =
  /^OTEL_(SERVICE_NAME|SDK_DISABLED|TRACES_\w+|BSP_\w+|EXPORTER_OTLP_(\w+_)?(PROTOCOL|TIMEOUT|COMPRESSION))$/;

/** A text without characters that a terminal takes for commands. */
const printable = (text: string) => text.replace(/[\p{Cc}\p{Cf}]/gu, '\u{fffd}');

const sourceText = (source: Source | undefined) =>
  source === undefined || source === 'environment' ? 'environment' : `${source.file}:${source.line}`;

/** The settings that are given, each with its source. */
export function givenSettings(): GivenSetting[] {
  return Object.entries(environment())
    .filter(([name]) => KNOWN.has(name) || isOther(name))
    .map(([name, text = '']) => {
      const isMasked = SECRETS.has(name) || (isOther(name) && !IS_PUBLIC_OTEL.test(name));
      return {
        name,
        text: text === '' ? '(empty)' : isMasked ? MASK : printable(text),
        source: sourceText(sourceOf(name)),
      };
    })
    .toSorted((a, b) => orderOf(a.name) - orderOf(b.name) || a.name.localeCompare(b.name));
}

const ORDER = [...KNOWN];
const orderOf = (name: string) => (KNOWN.has(name) ? ORDER.indexOf(name) : ORDER.length);

/** What follows from the settings: what is served to whom, as pairs of a heading and a text. */
export function decisionsOf(config: Config): (readonly [string, string])[] {
  const { cloud, telemetry } = config;
  const host = config.host.includes(':') ? `[${config.host}]` : config.host;
  const services = SERVICES.map((service) => [`  ${service}`, cloud.endpoints[service] ?? 'not configured'] as const);
  return [
    [
      'listens on',
      config.port === 0 ? `${host}, on a port that the system chooses` : `http://${host}:${config.port}/graphql`,
    ],
    ['serves', config.sandbox ? 'the embedded sandbox cloud (made-up data)' : cloud.kind],
    ...(config.sandbox ? [] : services),
    ['calls with', config.sandbox ? 'a token of the sandbox' : CREDENTIALS[cloud.auth.mode]],
    ['callers', callersText(config)],
    ['workers', String(config.workers)],
    [
      'shared',
      cloud.redisUrl ? 'limits of callers and the cache, in Redis' : 'nothing: each process counts its callers alone',
    ],
    [
      'metrics',
      telemetry.metricsPort === undefined
        ? 'at /metrics, for this machine and authenticated callers'
        : `on port ${telemetry.metricsPort} of ${telemetry.metricsHost}`,
    ],
    ['traces', config.tracing ? 'are sent by OTLP' : 'are off'],
  ];
}

const CREDENTIALS: Readonly<Record<Config['cloud']['auth']['mode'], string>> = {
  passthrough: "the caller's own token (X-Auth-Token)",
  password: 'a token that IAM issues for the user of the settings',
  aksk: 'signatures of the access key of the settings',
};

function callersText({ sandbox, cloud, callers }: Config): string {
  const { apiKeysFile, jwt, routerSecret, loopbackOnly } = callers;
  const means = [...(apiKeysFile === undefined ? [] : ['an API key']), ...(jwt ? ['a JWT'] : [])];
  const needs = [
    ...(means.length > 0 ? [`authenticate with ${means.join(' or ')}`] : []),
    ...(routerSecret ? ['send the router secret'] : []),
    ...(loopbackOnly ? ['are on this machine'] : []),
  ];
  if (needs.length > 0) return needs.join(', ');
  return !sandbox && cloud.auth.mode === 'passthrough'
    ? 'have a token of the cloud'
    : 'are everybody who reaches the server';
}

/**
 * All settings as a file for `--env-file`: those that are given as they are, the others as comments with what applies.
 * Secrets are left out; a comment says where each is.
 */
export function printEnvironment(config: Config): string {
  const given = environment();
  const line = (setting: Setting): string[] => {
    const { name } = setting;
    const text = given[name];
    if (!isSecret(setting)) return [text ? `${name}=${quoted(text)}` : `# ${name}=${effectiveOf(setting, config)}`];
    const { fileName } = setting;
    const file = given[fileName];
    if (file) return [`${fileName}=${quoted(file)}`];
    return [text ? `# ${name} is secret; it comes from ${sourceText(sourceOf(name))}` : `# ${name}=`];
  };
  const sections = SECTIONS.map(([title, , nodes]) =>
    [`# ${title}`, ...nodes.flatMap(settingsIn).flatMap(line), ''].join('\n'),
  );
  return sections.join('\n');
}

/** A value as a line of such a file has it. */
function quoted(text: string): string {
  if (/^[^\s#"'`\\]+$/.test(text)) return text;
  const quote = ["'", '"', '`'].find((mark) => !text.includes(mark)) ?? '"';
  return quote + text + quote;
}

/** What applies in the place of a setting that is not given: its default, in words if need be, or what little memory makes of it. */
function effectiveOf(setting: Setting, config: Config): string {
  const value = valueAt(SETTINGS, config, setting);
  if (typeof value === 'number' && Number.isInteger(value)) return String(value);
  const byDefault = defaultOf(setting).trim();
  return /^(`[^`]*`)?$/.test(byDefault) ? byDefault.replaceAll('`', '') : ` (${byDefault.replaceAll('`', '')})`;
}

/** The value of the configuration at the place that a setting has in the table. */
function valueAt(tree: SettingTree, values: unknown, setting: Setting): unknown {
  for (const [key, node] of Object.entries(tree)) {
    const value = (values as Readonly<Record<string, unknown>> | undefined)?.[key];
    if (node === setting) return value;
    const found = isSetting(node) ? undefined : valueAt(node, value, setting);
    if (found !== undefined) return found;
  }
  return undefined;
}
