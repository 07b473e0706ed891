// Tells whether plugins of Yoga have hooks that the fast path passes by.
import type { ServerPlugin } from '../http/node-context.ts';

/** The hooks that the fast path does not call, and those that could add such plugins or replace the schema. */
const HOOKS = [
  ...['onRequest', 'onRequestParse', 'onParams', 'onEnveloped', 'onParse', 'onValidate', 'onContextBuilding'],
  ...['onExecute', 'onExecutionResult', 'onResultProcess', 'onResponse', 'instrumentation'],
  ...['onYogaInit', 'onPluginInit', 'onSchemaChange'],
];

/** The hooks of plugins that the fast path would pass by: with any of them it must be off. */
export const uncoveredHooks = (plugins: readonly ServerPlugin[]): readonly string[] =>
  HOOKS.filter((hook) => plugins.some((plugin) => hook in plugin));
