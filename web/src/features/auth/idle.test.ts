import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { stubBrowser, type Browser } from '@/testing/browser';
import { watchIdle, type IdleTimer } from './idle';

const minute = 60_000;
let browser: Browser;
let timer: IdleTimer;
let warnings: (number | undefined)[];
let logoffs: number;

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
  browser = stubBrowser();
  warnings = [];
  logoffs = 0;
  timer = watchIdle({ onWarning: (at) => warnings.push(at), onLogoff: () => ++logoffs });
});

afterEach(() => {
  timer.stop();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('the idle timer', () => {
  it('warns a minute before it logs off', () => {
    vi.advanceTimersByTime(14 * minute);
    expect([warnings, logoffs]).toEqual([[1_000_000 + 15 * minute], 0]);

    vi.advanceTimersByTime(minute);
    expect(logoffs).toBe(1);
  });

  it('begins anew with every movement', () => {
    vi.advanceTimersByTime(13 * minute);
    browser.window.dispatchEvent(new Event('keydown'));
    vi.advanceTimersByTime(13 * minute);

    expect([warnings, logoffs]).toEqual([[], 0]);
  });

  it('begins anew with a movement in another tab, which takes the warning away', () => {
    vi.advanceTimersByTime(14.5 * minute);
    browser.otherTab('quickclinic:moved', String(Date.now()));

    expect(warnings.at(-1)).toBeUndefined();
    vi.advanceTimersByTime(13 * minute);
    expect(logoffs).toBe(0);
  });

  it('wants more than a passing mouse once it has warned', () => {
    vi.advanceTimersByTime(14.5 * minute);
    browser.window.dispatchEvent(new Event('pointermove'));
    expect(warnings).toHaveLength(1);

    timer.stay();
    expect(warnings.at(-1)).toBeUndefined();
    vi.advanceTimersByTime(minute);
    expect(logoffs).toBe(0);
  });

  it('logs off at once after a long sleep', () => {
    vi.setSystemTime(1_000_000 + 60 * minute);
    browser.show();

    expect(logoffs).toBe(1);
  });

  it('is not fooled by a clock that was ahead', () => {
    browser.otherTab('quickclinic:moved', String(Date.now() + 600 * minute));
    vi.advanceTimersByTime(15 * minute);
    vi.advanceTimersByTime(15 * minute);

    expect(logoffs).toBe(0);
  });
});
