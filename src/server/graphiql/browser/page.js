// Runs in the browser: starts GraphiQL and mends what it has no option for.
/* global YogaGraphiQL, document, location, history, MutationObserver */

const settings = JSON.parse(document.getElementById('settings').textContent);

// Read by the editor: its web workers, and whether it may be found as `monaco`.
globalThis.MonacoEnvironment = { globalAPI: true, getWorkerUrl: (_module, label) => settings.workers[label] };

// The URL without its query string is the endpoint, whatever a proxy calls it.
const endpoint = location.pathname;

/** Keeps values as long as the page is open. */
class Memory {
  getItem(name) {
    return this[name] ?? null;
  }
  setItem(name, value) {
    this[name] = value;
  }
  removeItem(name) {
    delete this[name];
  }
}

/** A storage of the browser. It throws where the user does not allow one. */
function storageOf(kind) {
  try {
    return globalThis[kind];
  } catch {
    return new Memory();
  }
}

const localStorage = storageOf('localStorage');
const sessionStorage = storageOf('sessionStorage');

/** Block strings, strings and comments. */
const TEXTS = /"""(?:\\"""|[\s\S])*?"""|"(?:\\.|[^"\\\n])*"?|#.*/g;

/** The names of the operations of a document. */
const namesIn = (query) =>
  [...query.replace(TEXTS, ' ').matchAll(/(?:^|[\s},])(?:query|mutation|subscription)\s+(\w+)/g)].map(
    ([, name]) => name,
  );

/** Sends an operation and requests what it costs, and, where the server offers that, what it calls. Whatever fails is an error of the response. */
async function send({ query, variables, operationName }, { headers: typed } = {}) {
  let status;
  try {
    const headers = new Headers(typed);
    headers.set('accept', 'application/json');
    headers.set('content-type', 'application/json');
    // A moment after an edit the name is still that of before.
    const name = namesIn(query).includes(operationName) ? operationName : undefined;
    const extensions = { cost: true, explain: settings.explain && name !== 'IntrospectionQuery' };
    const body = JSON.stringify({ query, variables, operationName: name, extensions });
    const response = await fetch(endpoint, { method: 'POST', headers, body });
    status = response.status;
    const text = await response.text();
    if (extensions.explain) showCalls(JSON.parse(text).extensions ?? {});
    // The bundle reads integers of any size.
    return JSON.parse(text);
  } catch ({ message }) {
    const text = status
      ? `The response is not JSON. Its HTTP status is ${status}.`
      : `There is no response: ${message}`;
    return { errors: [{ message: text }] };
  }
}

const element = (name, ...children) => {
  const made = document.createElement(name);
  made.append(...children);
  return made;
};

const COLUMNS = {
  service: ({ service }) => service,
  call: ({ operation }) => operation,
  result: ({ result, status }) => [result, status].filter((part) => part !== null).join(' '),
  from: ({ isCached, isShared }) => (isCached ? 'cache' : isShared ? 'a call in flight' : 'the service'),
  attempts: ({ attempts }) => attempts,
  'start ms': ({ startMs }) => Number(startMs).toFixed(1),
  'wait ms': ({ waitMs }) => Number(waitMs).toFixed(1),
  ms: ({ ms }) => Number(ms).toFixed(1),
  bytes: ({ bytes }) => bytes,
};

const table = (heads, rows) =>
  element(
    'table',
    element('thead', element('tr', ...heads.map((head) => element('th', head)))),
    element('tbody', ...rows.map((cells) => element('tr', ...cells.map((cell) => element('td', cell))))),
  );

/** Shows below the editors what the last operation was planned to call, and what it has called. */
function showCalls({ plan, upstream }) {
  const place = document.getElementById('calls');
  place.hidden = !plan;
  if (!plan) return;
  const made = upstream ?? [];
  const title = `Plan: ${plan.description} Made: ${made.length} ${made.length === 1 ? 'call' : 'calls'}.`;
  const planned = plan.fields.map(({ path, description }) => [path, description]);
  const calls = made.map((call) => Object.values(COLUMNS).map((cellOf) => String(cellOf(call))));
  place.replaceChildren(
    element('summary', title),
    ...(planned.length > 0 ? [table(['field', 'plan'], planned)] : []),
    ...(calls.length > 0 ? [table(Object.keys(COLUMNS), calls)] : []),
  );
}

/** Why the documentation is empty. */
let reason = settings.introspection
  ? undefined
  : 'Introspection is off on this server (IMAGE_GRAPH_INTROSPECTION=false), so that its documentation is not shown. Queries can be run as usual.';

async function fetcher(operation, options) {
  if (operation.operationName !== 'IntrospectionQuery') return send(operation, options);
  const result = await send(operation, options);
  const schema = result.data?.__schema;
  // The fields of federation are for routers: they come last.
  const isForRouters = ({ name }) => Number(name.startsWith('_'));
  schema?.types
    ?.find(({ name }) => name === schema.queryType?.name)
    ?.fields?.sort((one, other) => isForRouters(one) - isForRouters(other));
  reason = schema
    ? undefined
    : `The schema cannot be loaded: ${result.errors?.[0]?.message ?? 'the response is empty.'} After a change, press "Re-fetch GraphQL schema" on the left.`;
  explainEmptyDocs();
  return result;
}

function explainEmptyDocs() {
  const place = document.querySelector('.graphiql-doc-explorer-error');
  if (reason && place && place.textContent !== reason) place.textContent = reason;
}

const HEADERS = 'graphiql:headers';
const TABS = 'graphiql:tabState';
const KEEPS_HEADERS = 'graphiql:shouldPersistHeaders';

/** Whether the user has chosen, in the settings dialog, to keep headers after a reload. */
const keepsHeaders = () => localStorage.getItem(KEEPS_HEADERS) === 'true';

/** The headers of all tabs, as they are typed. */
let headers;

function storeHeaders() {
  if (keepsHeaders() && headers) localStorage.setItem(HEADERS, headers);
  else localStorage.removeItem(HEADERS);
}

/** What GraphiQL uses in place of `localStorage`: it would write headers with each tab, also a moment after the choice is taken back. */
const storage = {
  getItem: (name) => localStorage.getItem(name),
  removeItem: (name) => localStorage.removeItem(name),
  setItem(name, value) {
    if (name !== HEADERS) localStorage.setItem(name, name === TABS ? withoutHeaders(value) : value);
    if (name === KEEPS_HEADERS) storeHeaders();
  },
  get length() {
    return Object.keys(localStorage).filter((name) => name.startsWith('graphiql:')).length;
  },
  clear() {
    for (const name of Object.keys(localStorage)) if (name.startsWith('graphiql:')) localStorage.removeItem(name);
  },
};

const withoutHeaders = (state) =>
  JSON.stringify(JSON.parse(state), (name, value) => (name === 'headers' ? null : value));

/** The tabs of the last visit; otherwise those with the examples. */
function readTabs() {
  try {
    const { tabs, activeTabIndex } = JSON.parse(localStorage.getItem(TABS));
    if (tabs.length > 0) return { tabs, activeTabIndex };
  } catch {
    // Nothing is stored, or nothing that can be read.
  }
  return { tabs: settings.examples.map((query) => createTab({ query })), activeTabIndex: 0 };
}

const createTab = ({ query = '', variables = null, operationName }) => {
  const names = namesIn(query);
  const name = names.includes(operationName) ? operationName : (names[0] ?? null);
  const id = [...crypto.getRandomValues(new Uint8Array(8))].join('');
  return { id, title: name ?? '<untitled>', query, variables, headers: null, operationName: name, response: null };
};

/** The variables of a shared link, indented. */
function indent(variables) {
  try {
    return JSON.stringify(JSON.parse(variables), null, 2);
  } catch {
    return variables;
  }
}

const isSame = (one, other) =>
  (one.query || null) === (other.query || null) && (one.variables || null) === (other.variables || null);

/** The tab that the window showed when it was left, for a reload. It is kept for this window alone, without headers. */
const LEFT = 'image-graph:left';
if (performance.getEntriesByType('navigation')[0]?.type !== 'reload') sessionStorage.removeItem(LEFT);

/** Keeps the texts of the editors: tabs and URL are written a moment after an edit. */
function rememberTab() {
  // The page has not started.
  if (!shown) return;
  const textOf = (name) =>
    monaco.editor
      .getModels()
      .find(({ uri }) => uri.path.endsWith(name))
      ?.getValue();
  const { id, operationName } = shown;
  const query = textOf('operation.graphql') ?? shown.query;
  const variables = textOf('variables.json') ?? shown.variables;
  sessionStorage.setItem(LEFT, JSON.stringify({ id, query, variables, operationName }));
}

/** The tab to open: after a reload the one that was left, otherwise that of the URL. */
function requestedTab() {
  const left = JSON.parse(sessionStorage.getItem(LEFT));
  if (left) return left;
  const parameters = new URLSearchParams(location.search);
  const [query, variables, operationName] = ['query', 'variables', 'operationName'].map(
    (name) => parameters.get(name) || undefined,
  );
  return query === undefined ? undefined : { query, variables: variables && indent(variables), operationName };
}

/** Makes the tabs that GraphiQL opens with. Shape: the active one. */
function openTabs() {
  const { tabs, activeTabIndex } = readTabs();
  const requested = requestedTab();
  let active = tabs[activeTabIndex] ?? tabs[0];
  if (requested && !isSame(active, requested)) {
    active = tabs.find(({ id }) => id === requested.id) ?? tabs.find((tab) => isSame(tab, requested));
    if (active === undefined) {
      active = createTab(requested);
      tabs.unshift(active);
    }
  }
  if (requested) Object.assign(active, createTab(requested), { id: active.id });
  headers = keepsHeaders() ? localStorage.getItem(HEADERS) : null;
  storeHeaders();
  // GraphiQL finds the active tab by its headers, too.
  for (const tab of tabs) tab.headers = headers;
  localStorage.setItem(TABS, JSON.stringify({ tabs, activeTabIndex: tabs.indexOf(active) }));
  return active;
}

/** Longer URLs are not written: proxies reject them, and the tab is in the browser's storage. */
const MAX_URL_LENGTH = 4000;

/** Writes the active tab into the URL, for a reload or a shared link. */
function writeUrl({ query, variables, operationName }) {
  const url = new URL(location.href);
  url.search = '';
  if (query) url.searchParams.set('query', query);
  if (variables?.trim()) url.searchParams.set('variables', variables);
  if (operationName && namesIn(query ?? '').length > 1) url.searchParams.set('operationName', operationName);
  if (url.href.length > MAX_URL_LENGTH) url.search = '';
  if (url.href !== location.href) history.replaceState(history.state, '', url);
}

let shown;
let timer;

function onTabChange({ tabs, activeTabIndex }) {
  const tab = tabs[activeTabIndex];
  if (!tab || (isSame(tab, shown) && tab.operationName === shown.operationName)) return;
  if (tab.id !== shown.id) requestAnimationFrame(showActiveTab);
  shown = tab;
  // Browsers limit how often a page may change its URL.
  clearTimeout(timer);
  timer = setTimeout(writeUrl, 300, tab);
}

const showActiveTab = () =>
  document.querySelector('.graphiql-tab-active')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });

/** All tabs have the same headers: GraphiQL puts those of a tab into the editor when it opens, which is undone. */
function shareHeaders(model) {
  headers = model.getValue();
  const compact = (text) => text.replace(/\s/g, '');
  model.onDidChangeContent(({ isFlush }) => {
    const value = model.getValue();
    if (isFlush && compact(value) !== compact(headers)) return queueMicrotask(() => model.setValue(headers));
    headers = value;
    return storeHeaders();
  });
}

/**
 * Chromium keeps the compiled form of a script after it has run twice. The second run is in a hidden frame, once the page is idle, so that
 * already the second visit is fast.
 */
function compileOnce() {
  const script = document.getElementById('graphiql').getAttribute('src');
  if (localStorage.getItem(COMPILED) === script) return;
  localStorage.setItem(COMPILED, script);
  const frame = document.createElement('iframe');
  frame.hidden = true;
  frame.srcdoc = `<script src="${script}"></script>`;
  frame.addEventListener('load', () => frame.remove());
  document.body.append(frame);
}

const COMPILED = 'image-graph:compiled';

function start() {
  const root = document.getElementById('root');
  if (!globalThis.YogaGraphiQL) {
    root.textContent = 'A file of GraphiQL could not be loaded: reload the page.';
    return;
  }
  shown = openTabs();
  monaco.editor.onDidCreateModel((model) => {
    if (model.uri.path.endsWith('request-headers.json')) shareHeaders(model);
  });
  const observer = new MutationObserver(() => {
    const session = document.getElementById('graphiql-session');
    if (!session) return;
    observer.disconnect();
    new MutationObserver(explainEmptyDocs).observe(document.querySelector('.graphiql-plugin'), {
      childList: true,
      subtree: true,
    });
    explainEmptyDocs();
    showActiveTab();
    globalThis.requestIdleCallback?.(compileOnce);
    // The first press of Tab goes to the editor; the buttons and tabs before it are reached by Shift+Tab.
    if (document.activeElement !== document.body) return;
    session.tabIndex = -1;
    session.focus({ preventScroll: true });
    session.blur();
    session.removeAttribute('tabindex');
  });
  observer.observe(root, { childList: true, subtree: true });
  YogaGraphiQL.renderYogaGraphiQL(root, {
    title: 'image-graph',
    fetcher,
    ...(settings.introspection ? {} : { schema: null }),
    initialQuery: shown.query ?? '',
    initialVariables: shown.variables ?? '',
    defaultHeaders: settings.headers,
    defaultEditorToolsVisibility: settings.headers ? 'headers' : 'variables',
    storage,
    shouldPersistHeaders: keepsHeaders(),
    showPersistHeadersSettings: true,
    onTabChange,
    // In place of the bundle's, which writes the query alone.
    onEditQuery: () => {},
  });
}

document.addEventListener('DOMContentLoaded', start);
addEventListener('pagehide', rememberTab);
