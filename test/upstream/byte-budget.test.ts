import { expect, it } from 'vitest';
import { ByteBudget } from '../../src/upstream/byte-budget.ts';

it('bounds all owners together, and each by its share', () => {
  const budget = new ByteBudget(100, 0.5);
  const [first, second, third] = [budget.open('a'), budget.open('a'), budget.open('b')];
  expect(first.take(30)).toBeUndefined();
  expect(second.take(21)).toBe('share');
  expect(second.take(20)).toBeUndefined();
  expect(third.take(50)).toBeUndefined();
  expect(budget.isFull).toBe(true);
  expect(third.take(1)).toBe('total');
  expect(budget.used).toBe(100);
});

it('takes back what a reservation holds, once', () => {
  const budget = new ByteBudget(100, 0.5);
  const [first, second] = [budget.open('a'), budget.open('a')];
  first.take(40);
  second.take(10);
  first.close();
  first.close();
  expect(budget.used).toBe(10);
  expect(first.take(5)).toBeUndefined();
  expect(budget.used).toBe(10);
  expect(second.take(40)).toBeUndefined();
  second.close();
  expect(budget.used).toBe(0);
});
