// Defines RetentionLog, RetentionRule and TagSelector, the root field, and the edge `retentionLogs` of Repository.
import type { GraphQLResolveInfo } from 'graphql';
import { builder, type Context } from '../../graph/builder.ts';
import {
  connectionType,
  offsetConnection,
  type PageArguments,
  pageArguments,
  resolveConnection,
} from '../../graph/connection.ts';
import { connectionCost, type Lookup, listCost, lookupEstimate } from '../../graph/cost.ts';
import { startsEarly } from '../../graph/early.ts';
import { openEnum } from '../../graph/enums.ts';
import { withExample } from '../../graph/example.ts';
import { sourceRef } from '../../graph/exposed.ts';
import { Node, registerNode } from '../../graph/node.ts';
import { integerText } from '../../upstream/decoding/row.ts';
import { unlessAbsent } from '../../upstream/errors.ts';
import { MAX_SCAN_PAGES } from '../../upstream/paging/scan.ts';
import { isRepositoryKey, parentOf, type RepositoryKey } from '../repository/record.ts';
import {
  checkRepositoryArguments,
  edgeCost,
  type Repository,
  RepositoryRef,
  repositoryFromRow,
} from '../repository/type.ts';
import { retentionLogLoader } from './loader.ts';
import { type RetentionLog, type RetentionRule, SELECTOR_KINDS, type TagSelector, TEMPLATES } from './record.ts';
import { listRetentionLogs, PAGING } from './upstream.ts';

const RetentionTemplate = openEnum(
  'RetentionTemplate',
  'How a retention rule decides which image tags to keep.',
  TEMPLATES,
);
const TagSelectorKind = openEnum('TagSelectorKind', 'How a tag selector matches tags.', SELECTOR_KINDS);

const TagSelectorRef = sourceRef<TagSelector>('TagSelector').implement({
  description: 'A selection of image tags that a retention rule never removes.',
  fields: (t) => ({
    kind: t.expose('kind', { type: TagSelectorKind, nullable: true, description: 'How the pattern matches. `kind`' }),
    kindRaw: t.exposeString('kindRaw', {
      nullable: true,
      description: 'How the pattern matches, as SWR sent it. `kind`',
    }),
    pattern: t.exposeString('pattern', { nullable: true, description: 'A tag or a regular expression. `pattern`' }),
  }),
});

export const RetentionRuleRef = sourceRef<RetentionRule>('RetentionRule').implement({
  description: 'A rule by which SWR removes old image tags.',
  fields: (t) => ({
    template: t.expose('template', {
      type: RetentionTemplate,
      nullable: false,
      description: 'How the rule decides which tags to keep: by their number or by their age. `template`',
    }),
    templateRaw: t.exposeString('templateRaw', {
      nullable: true,
      description: 'The template as SWR sent it. `template`',
    }),
    keepCount: t.exposeInt('keepCount', {
      nullable: true,
      description: 'The number of tags that are kept; null for other templates than `TAG_RULE`. `num`',
    }),
    keepDays: t.exposeInt('keepDays', {
      nullable: true,
      description: 'The number of days that a tag is kept; null for other templates than `DATE_RULE`. `days`',
    }),
    tagSelectors: t.expose('tagSelectors', {
      type: [TagSelectorRef],
      nullable: false,
      ...listCost(10),
      description: 'The tags that the rule never removes; it may be empty. `tag_selectors`',
    }),
  }),
});

export const RetentionLogRef = sourceRef<RetentionLog>('RetentionLog').implement({
  interfaces: [Node],
  description: 'The record of an image tag that a retention rule removed from a repository.',
  fields: (t) => ({
    logId: t.expose('logId', { type: 'BigInt', nullable: false, description: "SWR's numeric id of the record. `id`" }),
    namespace: t.exposeString('namespace', {
      nullable: false,
      description: 'The organization that the repository belongs to. `namespace`',
    }),
    repositoryName: t.exposeString('repositoryName', {
      nullable: false,
      description: 'The name of the repository; it may contain slashes. `repo`',
    }),
    retentionId: t.expose('retentionId', {
      type: 'BigInt',
      nullable: true,
      description: "SWR's numeric id of the retention policy. `retention_id`",
    }),
    tag: t.exposeString('tag', { nullable: true, description: 'The image tag that was removed. `tag`' }),
    createdAt: t.expose('createdAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the tag was removed. `created_at`',
    }),
    ruleType: t.exposeString('ruleType', {
      nullable: true,
      description: 'The rule as SWR sent it, a JSON text. `rule_type`',
    }),
    rule: t.expose('rule', {
      type: RetentionRuleRef,
      nullable: true,
      description: 'The rule that removed the tag; null, with an error, when its JSON cannot be read. `rule_type`',
    }),
    repository: t.field({
      type: RepositoryRef,
      nullable: true,
      ...edgeCost(false),
      description: 'The repository. Its `namespace` and `name` cost no call; its other fields cost one.',
      resolve: (log, _args, context, info) => repositoryFromRow(context, parentOf(log), undefined, info),
    }),
  }),
});

/** What it takes to find one: a scan of the logs of its repository. */
const LOOKUP: Lookup = { calls: MAX_SCAN_PAGES, rows: MAX_SCAN_PAGES * PAGING.maxPageSize };

registerNode(RetentionLogRef, {
  key: ['namespace', 'repositoryName', 'logId'],
  estimate: lookupEstimate('swr', LOOKUP),
  isKey: (key) => isRepositoryKey(parentOf(key)) && integerText(key.logId) === key.logId,
  load: ({ session }, key) => retentionLogLoader(session).load(key),
});

const RetentionLogConnection = connectionType(RetentionLogRef, { totalCount: 'total' });

/** The page of a repository's logs; null when the repository does not exist. */
function resolveRetentionLogs(
  { session }: Context,
  repository: RepositoryKey,
  page: PageArguments,
  info: GraphQLResolveInfo,
) {
  const { namespace, name } = repository;
  const list = offsetConnection(['RetentionLog', namespace, name], listRetentionLogs(session, repository));
  return unlessAbsent(resolveConnection(list, page, info), null);
}

builder.objectField(RepositoryRef, 'retentionLogs', (t) =>
  t.field({
    type: RetentionLogConnection,
    nullable: true,
    description: 'The image tags that retention removed from this repository, the newest record first. Costs a call.',
    args: pageArguments,
    ...startsEarly(connectionCost(PAGING), (repository: Repository, page: PageArguments, context, info) =>
      resolveRetentionLogs(context, repository, page, info),
    ),
  }),
);

const REMOVED_TAGS = `# The image tags that retention removed from a repository, newest first, and whether the policy is still there.
query RemovedTags {
  retentionLogs(namespace: "data-platform", repositoryName: "a/b_c.d", first: 10) {
    totalCount
    nodes { logId tag createdAt rule { template keepCount keepDays tagSelectors { kind pattern } } retentionPolicy { policyId } }
  }
}
`;

builder.queryField('retentionLogs', (t) =>
  t.field({
    type: RetentionLogConnection,
    nullable: true,
    ...withExample(REMOVED_TAGS, connectionCost(PAGING)),
    description:
      'The image tags that retention removed from a repository, the newest record first; null when the repository does not exist.',
    args: {
      namespace: t.arg.string({ required: true, description: 'The organization. `namespace`' }),
      repositoryName: t.arg.string({
        required: true,
        description: 'The name of the repository; it may contain slashes. `repository`',
      }),
      ...pageArguments,
    },
    resolve: (_root, { namespace, repositoryName, ...page }, context, info) => {
      checkRepositoryArguments(namespace, 'repositoryName', repositoryName);
      return resolveRetentionLogs(context, { namespace, name: repositoryName }, page, info);
    },
  }),
);
