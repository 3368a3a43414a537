import { expect, it } from 'vitest';
import * as s from './schema';

it.each([
  [s.string(), ['', 'a'], [1, null, undefined, {}]],
  [s.filled(), ['a'], ['', 1, null]],
  [s.number(), [0, -1.5], ['1', NaN, Infinity, null]],
  [s.boolean(), [true, false], [0, 'true', null]],
  [s.oneOf('A', true), ['A', true], ['B', false, undefined]],
  [s.nullable(s.string()), [null, 'a'], [undefined, 1]],
  [s.array(s.number()), [[], [1, 2]], [{}, 'a', [1, '2'], null]],
  [s.record(s.number()), [{}, { a: 1 }], [[], { a: '1' }, null]],
  [s.either(s.number(), s.string()), [1, 'a'], [null, true]],
  [s.unknown(), [1, { a: [] }, null], []],
] as const)('reads what it should, and nothing else (%#)', (schema, good, bad) => {
  for (const value of good) expect(schema.read(value)).toEqual(value);
  for (const value of bad) expect(schema.read(value)).toBe(s.invalid);
});

it('reads an instant as milliseconds', () => {
  expect(s.instant().read('2026-01-02T03:04:05.678Z')).toBe(Date.UTC(2026, 0, 2, 3, 4, 5, 678));
  for (const bad of ['soon', '', 5, null]) expect(s.instant().read(bad)).toBe(s.invalid);
});

it('reads the fields that an object names, and drops the others', () => {
  const schema = s.object({ id: s.filled(), name: s.optional(s.string()) });

  expect(schema.read({ id: 'a', name: 'b', more: 1 })).toEqual({ id: 'a', name: 'b' });
  expect(Object.keys(schema.read({ id: 'a', name: undefined }))).toEqual(['id']);
  for (const bad of [{}, { id: '' }, { id: 'a', name: 1 }, [], null, 'a']) expect(schema.read(bad)).toBe(s.invalid);
});

it('takes no field from a prototype for its own', () => {
  const schema = s.record(s.string());

  const read = schema.read(JSON.parse('{"__proto__": "x"}'));

  expect(Object.getPrototypeOf(read)).toBe(Object.prototype);
  expect(Object.keys(read)).toEqual(['__proto__']);
});
