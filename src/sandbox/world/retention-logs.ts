// The world's retention logs: both kinds of rules, both kinds of selectors, and the document's example.
import { cycle, type Random } from './random.ts';
import type { Repository, RetentionLog } from './types.ts';

/**
 * One rule as the `rule_type` text. Parameters are documented as strings, yet numbers were seen
 * (docs/upstream/swr.md#retention-rules).
 */
const RULES = [
  { template: 'tag_rule', params: { num: '7' }, tag_selectors: [] },
  { template: 'date_rule', params: { days: '30' }, tag_selectors: [] },
  { template: 'tag_rule', params: { num: '20' }, tag_selectors: [{ kind: 'label', pattern: 'latest' }] },
  { template: 'date_rule', params: { days: '90' }, tag_selectors: [{ kind: 'regexp', pattern: '^v\\d+\\.\\d+$' }] },
  { template: 'tag_rule', params: { num: 5 }, tag_selectors: [] },
  { template: 'date_rule', params: { days: 14 }, tag_selectors: [] },
  {
    template: 'date_rule',
    params: { days: '365' },
    tag_selectors: [
      { kind: 'label', pattern: 'stable' },
      { kind: 'regexp', pattern: 'release-.*|"quoted"' },
    ],
  },
].map((rule) => JSON.stringify(rule));

/** The number of logs of a repository: one long history, two short ones, and a few of other repositories. */
function countFor(repository: Repository, index: number): number {
  if (repository.name === 'nightly/build-runner') return 130;
  if (repository.name === 'a/b_c.d') return 12;
  if (repository.name === 'huge-counters') return 3;
  return index > 20 && index % 3 === 0 ? 1 + (index % 11) : 0;
}

/** Prints a log's time with 0 to 9 fraction digits, the last of which is not zero. */
function logTime(random: Random, seconds: number, digits: number): string {
  const fraction = Array.from({ length: digits }, () => 1 + random.integer(9)).join('');
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}${fraction === '' ? '' : `.${fraction}`}Z`;
}

/** Creates the logs, all of own repositories. Within a repository, ids rise with time. */
export function createRetentionLogs(random: Random, repositories: Repository[]): RetentionLog[] {
  // The document's example is the only log of its repository: `total` is 1.
  const example: RetentionLog = {
    created_at: '2020-04-17T08:01:09.658309Z',
    id: 9088n,
    namespace: 'hwstaff_l00283074',
    repo: 'experience_2048',
    retention_id: 91n,
    rule_type: '{"template":"tag_rule","params":{"num":"7"},"tag_selectors":[]}',
    tag: '4',
  };
  const logs = [example];
  for (const [index, repository] of repositories.entries()) {
    if (!repository.isOwn) continue;
    const isHuge = repository.name === 'huge-counters';
    for (let position = 0; position < countFor(repository, index); position += 1) {
      const number = logs.length;
      logs.push({
        created_at: logTime(random, 1_590_000_000 + index * 100_000 + position * 43_200, number % 10),
        id: (isHuge ? 9007199254740993n : 10_000n) + BigInt(number),
        namespace: repository.namespace,
        repo: repository.name,
        retention_id: isHuge ? 9007199254740995n : BigInt(92 + (index % 40)),
        rule_type: cycle(RULES, number),
        tag: cycle([`build-${number}`, `${number}`, `v1.${number}.0`], number),
      });
    }
  }
  return logs;
}
