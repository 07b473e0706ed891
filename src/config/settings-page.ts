// Prints docs/settings.md from the table of settings.
import { isSecret, type Setting, type SettingTree, settingsIn } from './setting.ts';
import { RELOADABLE, SETTINGS } from './settings.ts';

const { cloud, callers, limits } = SETTINGS;
const {
  auth,
  allowPlainHttp,
  retry,
  breaker,
  timeoutMs,
  concurrency,
  waitingOperations,
  totalMemoryBytes,
  shareCalls,
  cache,
  ...location
} = cloud;
const { requestTimeoutMs, eventLoopDelayMs, queueMs, totalBodyBytes, totalResponseBytes, ...counted } = limits;

/** The sections of the page: a title, an introduction, and the settings or parts of the table that it lists. */
export const SECTIONS: readonly (readonly [
  title: string,
  introduction: string,
  nodes: readonly (Setting | SettingTree)[],
])[] = [
  [
    'The server',
    '',
    [
      SETTINGS.port,
      SETTINGS.host,
      SETTINGS.keepAliveTimeoutMs,
      SETTINGS.receiveTimeoutMs,
      SETTINGS.sendTimeoutMs,
      SETTINGS.compression,
      SETTINGS.fastPath,
      SETTINGS.compileAfter,
      SETTINGS.nodeEnv,
    ],
  ],
  ['The cloud', '', [SETTINGS.sandbox, location]],
  ['Authentication of upstream calls', '', [auth, allowPlainHttp]],
  ['Callers', '', [callers]],
  ['The schema and GraphiQL', '', [SETTINGS.subgraphNode, SETTINGS.introspection, SETTINGS.graphiql]],
  [
    'Resilience',
    'What happens when a cloud is slow or fails, and how the defaults were chosen: [operations.md](operations.md).',
    [
      { requestTimeoutMs, timeoutMs, concurrency, waitingOperations },
      { retry, breaker, eventLoopDelayMs, queueMs },
      { totalBodyBytes, totalResponseBytes, totalMemoryBytes },
      { shareCalls, cache },
      { drain: SETTINGS.drain, workers: SETTINGS.workers },
    ],
  ],
  ['Telemetry', 'What the server tells of itself: [operations.md](operations.md).', [SETTINGS.telemetry]],
  [
    'Limits',
    'Each rejection names the limit, the value and the maximum in `extensions.limit`, and says how to stay below it.',
    [counted, SETTINGS.redisUrl],
  ],
];

const INTRODUCTION = `# Settings

All settings are environment variables. The server does not start with wrong ones: it exits with code 1 and names every fault, unknown
\`IMAGE_GRAPH_…\` variables included. An empty value counts as not given, except for a setting that authenticates callers, where it is
a fault. A secret can also come from a file, whose path is in \`…_FILE\`; the file is read again when it changes. It must be
a regular file, or a link to one, of at most 64 KB.

Settings with ⟳ can be changed while the server runs: change them in a file of \`--env-file\`, and send SIGHUP
([operations.md](operations.md#change-settings-without-a-restart)). \`image-graph config check\` says what applies, and where each comes from
([command-line.md](command-line.md)).

<!-- Printed from src/config/settings.ts by \`npm run docs\`. -->
`;

/** The page. Errors: throws when a section lists a setting twice, or none lists it. */
export function printSettings(): string {
  const listed = SECTIONS.flatMap(([, , nodes]) => nodes.flatMap(settingsIn));
  const missing = settingsIn(SETTINGS).filter((setting) => !listed.includes(setting));
  if (missing.length > 0 || new Set(listed).size !== listed.length)
    throw new Error(`Each setting must be in one section: ${missing.map(({ name }) => name).join(', ')}`);
  return [INTRODUCTION, ...SECTIONS.map(printSection)].join('\n');
}

function printSection([title, introduction, nodes]: (typeof SECTIONS)[number]): string {
  const rows = nodes.flatMap(settingsIn).flatMap(printRows);
  const head = ['| setting | default | meaning |', '|---|---|---|'];
  return [`## ${title}`, '', ...(introduction ? [introduction, ''] : []), ...head, ...rows, ''].join('\n');
}

function printRows(setting: Setting): string[] {
  const { name, meaning } = setting;
  const mark = RELOADABLE.has(setting) ? ' ⟳' : '';
  const row = `| \`${name}\`${mark} | ${defaultOf(setting)}| ${meaning} |`;
  return isSecret(setting) ? [row, `| \`${setting.fileName}\` | | the file of \`${name}\` |`] : [row];
}

/** The cell of the default, with the blank behind it; empty without one. */
export function defaultOf({ schema, byDefault }: Setting): string {
  if (byDefault !== undefined) return `${byDefault} `;
  const { data } = schema.safeParse(undefined);
  return data === undefined || (Array.isArray(data) && data.length === 0) ? '' : `\`${data}\` `;
}
