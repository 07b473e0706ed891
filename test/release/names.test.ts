// Settings, metrics with their labels, and error codes of the last release are still there, or listed with a reason.
import { expect, test } from 'vitest';
import { compareNames, currentNames, listedReasons, releasedNames } from '../../release/names.ts';

test('no name of the last release was removed, but for those in release/breaking-changes.json', () => {
  const changes = compareNames(releasedNames(), currentNames(), listedReasons());
  const removed = changes.filter(({ level }) => level === 'Breaking').map(({ message }) => message);
  expect(removed).toEqual([...listedReasons().keys()].toSorted());
});

test('the names are read', () => {
  const names = currentNames();
  expect(names.setting).toContain('IMAGE_GRAPH_PASSWORD_FILE');
  expect(names.metric).toContain('image_graph_requests_total (counter; outcome, status)');
  expect(names.metric).toContain('image_graph_quota_used (gauge; service, kind)');
  expect(names['error code']).toContain('FORBIDDEN');
  expect(names.setting?.length).toBeGreaterThan(90);
  expect(names.metric?.length).toBeGreaterThan(30);
  expect(names['error code']?.length).toBeGreaterThan(15);
});

test('a removed name is breaking, with its reason; a new error code is dangerous, another new name safe', () => {
  const before = { setting: ['A', 'B'], metric: ['m (counter)'], 'error code': [] };
  const after = { setting: ['B', 'C'], metric: ['m (counter; service)'], 'error code': ['NEW'] };
  expect(compareNames(before, after, new Map([['setting `A` was removed', 'B does it']]))).toEqual([
    { message: 'setting `A` was removed', level: 'Breaking', reason: 'B does it' },
    { message: 'metric `m (counter)` was removed', level: 'Breaking' },
    { message: 'error code `NEW` was added', level: 'Dangerous' },
    { message: 'setting `C` was added', level: 'Safe' },
    { message: 'metric `m (counter; service)` was added', level: 'Safe' },
  ]);
});
