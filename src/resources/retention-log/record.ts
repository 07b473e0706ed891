// Decodes the record of a retention log, as SWR sends it in lists, and the rule in it.
// Sources: docs/upstream/swr.md#list-retention-histories, #retention-rules.

import { isObject, type WireObject } from '../../upstream/decoding/json.ts';
import { type Decoded, integerText, Row } from '../../upstream/decoding/row.ts';
import { WireEnum } from '../../upstream/decoding/wire-enum.ts';
import { UpstreamError } from '../../upstream/errors.ts';
import { type ParentKey, type RepositoryKey, repositoryOf } from '../repository/record.ts';

/** How a retention rule decides. */
export const TEMPLATES = new WireEnum({
  TAG_RULE: ['tag_rule', 'Keeps a number of tags.'],
  DATE_RULE: ['date_rule', 'Keeps each tag for a number of days.'],
});

/** How a selector matches tags. */
export const SELECTOR_KINDS = new WireEnum({
  LABEL: ['label', 'The pattern is a tag.'],
  REGEXP: ['regexp', 'The pattern is a regular expression.'],
});

/** The key of a retention log. */
export interface RetentionLogKey extends ParentKey {
  readonly logId: string;
}

/** Tags that a rule never removes. */
export class TagSelector extends Row {
  readonly service = 'swr';
  get kind() {
    return this.enum('kind', SELECTOR_KINDS);
  }
  get kindRaw() {
    return this.string('kind');
  }
  get pattern() {
    return this.string('pattern');
  }
}

/** The numbers of a rule, which SWR sends as text or as numbers. */
class RuleParameters extends Row {
  readonly service = 'swr';
  get num() {
    return this.int32('num');
  }
  get days() {
    return this.int32('days');
  }
}

/** A retention rule: an object in a policy, JSON text in a log. */
export class RetentionRule extends Row {
  readonly service = 'swr';
  get template() {
    return this.enum('template', TEMPLATES) ?? 'UNKNOWN';
  }
  get templateRaw() {
    return this.string('template');
  }
  get keepCount() {
    return this.#parameter('num');
  }
  get keepDays() {
    return this.#parameter('days');
  }
  #parameter(name: 'num' | 'days'): Decoded<number> {
    const params = this.json('params');
    if (params instanceof UpstreamError) return params;
    return isObject(params) ? new RuleParameters(params)[name] : null;
  }
  get tagSelectors(): readonly TagSelector[] | UpstreamError {
    return this.objectList('tag_selectors', (wire) => new TagSelector(wire)) ?? [];
  }
}

/** The source object of the type: one row of the list. */
export class RetentionLog extends Row implements RetentionLogKey {
  readonly __typename = 'RetentionLog';
  readonly service = 'swr';
  readonly namespace: string;
  readonly repositoryName: string;
  readonly logId: string;
  constructor(wire: WireObject, { namespace, repositoryName, logId }: RetentionLogKey) {
    super(wire);
    this.namespace = namespace;
    this.repositoryName = repositoryName;
    this.logId = logId;
  }
  get retentionId() {
    return this.int64('retention_id');
  }
  get tag() {
    return this.string('tag');
  }
  get createdAt() {
    return this.dateTime('created_at');
  }
  get ruleType() {
    return this.jsonText('rule_type');
  }
  get rule(): Decoded<RetentionRule> {
    return this.once('rule', () => {
      const rule = this.json('rule_type');
      if (rule === null || rule === undefined || rule instanceof UpstreamError) return rule;
      return isObject(rule) ? new RetentionRule(rule) : this.malformed('rule_type', 'a JSON object');
    });
  }
}

/**
 * The key of a row; undefined where it has no id. A row that leaves out its repository belongs to the requested one.
 */
export function keyOf(row: WireObject, requested: RepositoryKey): RetentionLogKey | undefined {
  const repository = repositoryOf(row.namespace, row.repo, requested);
  const logId = integerText(row.id);
  if (!repository || logId === undefined) return undefined;
  return { namespace: repository.namespace, repositoryName: repository.name, logId };
}
