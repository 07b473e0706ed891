import { setImmediate as turn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { isTurnSpent, nextTurn } from '../../src/upstream/turn.ts';

/** Works until the turn has done enough. */
function work(): void {
  while (!isTurnSpent());
}

it('a spent turn is over with the event loop’s', async () => {
  work();
  expect(isTurnSpent()).toBe(true);
  await turn();
  await turn();
  expect(isTurnSpent()).toBe(false);
});

it('lets one go on in each turn, in the order of asking, and timers run between them', async () => {
  const order: string[] = [];
  const goOn = async (name: string) => {
    await nextTurn();
    order.push(name);
    work();
  };
  const timer = setTimeout(() => order.push('timer'));
  await Promise.all(['a', 'b', 'c'].map(goOn));
  clearTimeout(timer);
  expect(order.filter((name) => name !== 'timer')).toEqual(['a', 'b', 'c']);
  expect(order.indexOf('timer')).toBeLessThan(order.indexOf('c'));
});
