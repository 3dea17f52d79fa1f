import { expect, it } from 'vitest';
import { moveTo } from './cursor';

const on = (index: number) => ({ key: 'row', index });

it('moves from the row as it stands now', () => {
  expect(moveTo('ArrowDown', null, -1, 5)).toBe(0);
  expect(moveTo('ArrowDown', on(1), 1, 5)).toBe(2);
  expect(moveTo('ArrowDown', on(1), 3, 5)).toBe(4);
  expect(moveTo('ArrowUp', on(0), 0, 5)).toBe(0);
  expect(moveTo('PageDown', on(1), 1, 5)).toBe(4);
  expect(moveTo('End', on(1), 1, 5)).toBe(4);
  expect(moveTo('Home', on(3), 3, 5)).toBe(0);
});
it('goes on from its place where the row is gone', () => {
  expect(moveTo('ArrowDown', on(2), -1, 5)).toBe(2);
  expect(moveTo('ArrowUp', on(2), -1, 5)).toBe(1);
  expect(moveTo('ArrowDown', on(9), -1, 5)).toBe(4);
});
it('moves nothing by other keys, nor in an empty list', () => {
  expect(moveTo('2', on(1), 1, 5)).toBeNull();
  expect(moveTo('Enter', on(1), 1, 5)).toBeNull();
  expect(moveTo('ArrowDown', null, -1, 0)).toBeNull();
});
