// The world's retention policies: those that the logs name, but for some that are gone, and one without logs.
import type { Repository, RetentionLog, RetentionPolicy } from './types.ts';

/** The rules of a policy are those of its newest logs, so many at most. */
const MAX_RULES = 3;

/** Creates the policies. Of the repositories with logs, every fourth has no policy any longer. */
export function createRetentionPolicies(repositories: Repository[], logs: RetentionLog[]): RetentionPolicy[] {
  const ofLogs = repositories.flatMap(({ namespace, name }, index) => {
    const newest = logs.filter((log) => log.namespace === namespace && log.repo === name).slice(-MAX_RULES);
    const id = newest[0]?.retention_id;
    if (id === undefined || (index > 20 && index % 4 === 1)) return [];
    const rules = [...new Set(newest.map(({ rule_type }) => rule_type))].map((rule) => JSON.parse(rule));
    return [{ namespace, repository: name, row: { algorithm: 'or', id, rules, scope: '' } }];
  });
  // Published test data has an id as a text and days as a number (docs/upstream/swr.md#list-retention-policies).
  const asText = {
    namespace: 'data-platform',
    repository: 'digits-in-text',
    row: {
      algorithm: 'or',
      id: '222',
      rules: [
        {
          template: 'date_rule',
          params: { days: 30 },
          tag_selectors: [
            { kind: 'label', pattern: 'v5' },
            { kind: 'regexp', pattern: '^123$' },
          ],
        },
      ],
      scope: '',
    },
  };
  return [...ofLogs, asText];
}
