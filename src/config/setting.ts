// What a setting is: an environment variable with a grammar, a default and a meaning. A table of settings is a tree of them.
import { z } from 'zod';
import type { Grammar, Secret } from './secret.ts';

export interface Setting<Value = unknown> {
  readonly name: string;
  readonly schema: z.ZodType<Value>;
  /** The meaning as Markdown, for docs/settings.md. */
  readonly meaning: string;
  /** The default in words, where the schema has none. */
  readonly byDefault: string | undefined;
}

/** A setting whose text may come from a file instead: `NAME_FILE` is its path. */
export interface SecretSetting extends Setting<string | undefined> {
  readonly fileName: string;
  readonly grammar: Grammar;
  /** The grammar in words. */
  readonly words: string;
}

/** A tree of settings. */
export interface SettingTree {
  readonly [key: string]: Setting | SettingTree;
}

/** The values of a tree of settings. */
export type Values<Tree> = {
  readonly [Key in keyof Tree]: Tree[Key] extends SecretSetting
    ? Secret | undefined
    : Tree[Key] extends Setting<infer Value>
      ? Value
      : Values<Tree[Key]>;
};

export const setting = <Value>(
  name: string,
  schema: z.ZodType<Value>,
  meaning: string,
  byDefault?: string,
): Setting<Value> => ({ name, schema, meaning, byDefault });

export const secret = (name: string, grammar: Grammar, words: string, meaning: string): SecretSetting => ({
  ...setting(
    name,
    z
      .string()
      .refine((text) => grammar.test(text), `must be ${words}`)
      .optional(),
    meaning,
  ),
  fileName: `${name}_FILE`,
  grammar,
  words,
});

export const isSetting = (node: Setting | SettingTree): node is Setting => 'schema' in node;

export const isSecret = (node: Setting | SettingTree): node is SecretSetting => 'grammar' in node;

/** All settings of a tree, in its order. */
export const settingsIn = (node: Setting | SettingTree): readonly Setting[] =>
  isSetting(node) ? [node] : Object.values(node).flatMap(settingsIn);

/** The names under which a setting is given: its own, and that of its file. */
export const namesOf = (node: Setting | SettingTree): readonly string[] =>
  settingsIn(node).flatMap((one) => (isSecret(one) ? [one.name, one.fileName] : [one.name]));
