import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { stubBrowser, type Browser } from '@/testing/browser';
import { chooseTheme } from './theme';
import { followTheme, themeName } from './theme_script';

let browser: Browser;
let system: EventTarget & { matches: boolean };
let classes: Set<string>;

beforeEach(() => {
  browser = stubBrowser();
  system = Object.assign(new EventTarget(), { matches: false });
  classes = new Set();
  const toggle = (name: string, on: boolean) => (on ? classes.add(name) : classes.delete(name));
  Object.assign(browser.document, { documentElement: { classList: { toggle } } });
  vi.stubGlobal('matchMedia', () => system);
  vi.stubGlobal('addEventListener', browser.window.addEventListener.bind(browser.window));
});

afterEach(() => {
  vi.unstubAllGlobals();
});

/** As the page has it: the text alone, without the module around it. */
function follow(): void {
  (0, eval)(`(${followTheme.toString()})(${JSON.stringify(themeName)})`);
}

function systemTurns(dark: boolean): void {
  system.matches = dark;
  system.dispatchEvent(new Event('change'));
}

const dark = () => classes.has('dark');

it('follows the system while nothing is chosen', () => {
  system.matches = true;
  follow();
  expect(dark()).toBe(true);
  systemTurns(false);
  expect(dark()).toBe(false);
});

it.each([
  ['light', true, false],
  ['dark', false, true],
  ['system', true, true],
  ['system', false, false],
  ['nonsense', true, true],
])('shows the stored choice %s where the system is dark: %s', (stored, systemDark, expected) => {
  browser.localStorage.setItem(themeName, stored);
  system.matches = systemDark;
  follow();
  expect(dark()).toBe(expected);
});

it('shows a choice at once, and keeps it whatever the system does', () => {
  follow();
  chooseTheme('dark');
  expect(dark()).toBe(true);
  systemTurns(true);
  systemTurns(false);
  expect(dark()).toBe(true);
  chooseTheme('system');
  expect(dark()).toBe(false);
});

it('follows a choice in another tab', () => {
  follow();
  browser.otherTab(themeName, 'dark');
  expect(dark()).toBe(true);
});

it('shows a choice where storage is blocked', () => {
  vi.stubGlobal('localStorage', {
    getItem: () => { throw new Error('blocked'); },
    setItem: () => { throw new Error('blocked'); },
  });
  follow();
  chooseTheme('dark');
  expect(dark()).toBe(true);
});
