import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { stubBrowser, type Browser } from '@/testing/browser';
import { watchWake } from './wake';

let browser: Browser;
let wakes: number;
let stop: () => void;

beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
  browser = stubBrowser();
  wakes = 0;
  stop = watchWake(() => ++wakes);
});

afterEach(() => {
  stop();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('a page wakes', () => {
  it('when it is shown, not when it is hidden', () => {
    browser.hide();
    expect(wakes).toBe(0);
    browser.show();
    expect(wakes).toBe(1);
  });

  it('when the network is back', () => {
    browser.network(false);
    expect(wakes).toBe(0);
    browser.network(true);
    expect(wakes).toBe(1);
  });

  it('when its timers have slept, once', () => {
    vi.advanceTimersByTime(600_000);
    expect(wakes).toBe(0);
    vi.setSystemTime(3_600_000);
    vi.advanceTimersByTime(10_000);
    expect(wakes).toBe(1);
  });

  it('not after it is over', () => {
    stop();
    browser.show();
    browser.network(true);
    expect(wakes).toBe(0);
  });
});
