import { describe, expect, it } from 'vitest';
import { ago, dayName, dayOf, shortTime } from './times';
import { textsOf, translator } from './translate';

const t = translator('en');
// Local times, since the reader's day is what counts.
const now = new Date(2026, 2, 12, 10, 0).getTime();
const at = (month: number, day: number, hour = 9, year = 2026) => new Date(year, month - 1, day, hour).getTime();

describe('dayOf', () => {
  it('is one for a whole day of the reader, and another one at midnight', () => {
    expect(dayOf(at(3, 12, 0))).toBe(dayOf(at(3, 12, 23)));
    expect(dayOf(at(3, 11, 23))).not.toBe(dayOf(at(3, 12, 0)));
  });

  it('tells the same day of two months apart', () => {
    expect(dayOf(at(1, 31))).toBeLessThan(dayOf(at(2, 1)));
  });
});

describe('dayName', () => {
  it.each([
    [at(3, 12, 0), 'Today'],
    [at(3, 11, 23), 'Yesterday'],
    [at(3, 9), 'Monday'],
    [at(3, 6), 'Friday'],
  ])('names a day of the last week', (time, name) => {
    expect(dayName('en', t, time, now)).toBe(name);
  });

  it('gives the date further back, with the year when it is another one', () => {
    expect(dayName('en', t, at(3, 5), now)).toMatch(/5/);
    expect(dayName('en', t, at(3, 5), now)).not.toMatch(/2026/);
    expect(dayName('en', t, at(12, 31, 9, 2025), now)).toMatch(/2025/);
  });

  it('gives the date of a day to come, when the clock of the reader is behind', () => {
    expect(dayName('en', t, at(3, 13), now)).toMatch(/13/);
  });

  it('speaks Hindi', async () => {
    expect(dayName('hi', translator('hi', await textsOf('hi')), at(3, 12), now)).toBe('आज');
  });
});

describe('shortTime', () => {
  it('is the time today and a day before', () => {
    expect(shortTime('en', t, at(3, 12, 9), now)).toMatch(/9:00/);
    expect(shortTime('en', t, at(3, 11), now)).toBe('Yesterday');
    expect(shortTime('en', t, at(3, 10), now)).toBe('Tue');
    expect(shortTime('en', t, at(1, 2), now)).toMatch(/26/);
  });
});

describe('ago', () => {
  it.each([
    [30_000, 'just now'],
    [-5_000, 'just now'],
    [60_000, '1 minute ago'],
    [59 * 60_000, '59 minutes ago'],
    [3 * 3_600_000, '3 hours ago'],
    [26 * 3_600_000, 'yesterday'],
    [72 * 3_600_000, '3 days ago'],
  ])('says how long before', (before, text) => {
    expect(ago('en', t, now - before, now)).toBe(text);
  });
});
