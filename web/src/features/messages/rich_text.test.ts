import { describe, expect, it } from 'vitest';
import { findLinks } from './links';
import { beginning, harmless, mayHaveLinks, routeOf, segmentsOf } from './rich_text';

const links = (text: string) => segmentsOf(text, findLinks).flatMap((segment) => (segment.kind === 'link' ? [segment.href] : []));

describe('links', () => {
  it.each([
    ['see https://example.org/a?b=1#c.', 'https://example.org/a?b=1#c'],
    ['http://example.org', 'http://example.org'],
    ['www.example.org', 'https://www.example.org'],
    ['asha.rao@clinic.example.org', 'mailto:asha.rao@clinic.example.org'],
    ['mailto:asha@example.org', 'mailto:asha@example.org'],
    ['call tel:+911234567890 now', 'tel:+911234567890'],
    ['(https://example.org/x)', 'https://example.org/x'],
    ['देखिए https://example.org/जाँच', 'https://example.org/जाँच'],
  ])('finds the address in %j', (text, href) => {
    expect(mayHaveLinks(text)).toBe(true);
    expect(links(text)).toEqual([href]);
  });

  it.each([
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    '[x](javascript:alert(1))',
    'data:text/html,<script>alert(1)</script>',
    'vbscript:x',
    'file:///etc/passwd',
    'ftp://example.org/x',
    '<img src=x onerror=alert(1)>',
    'it ends.In a hurry',
    'Take 2.5 mg twice',
  ])('leaves %j text', (text) => {
    expect(links(text)).toEqual([]);
  });

  it('loses and adds nothing', () => {
    const text = 'a https://example.org, b@example.org\n\nwww.example.org/c <b> \u{1f600}';

    expect(findLinks(text).map((segment) => (segment.kind === 'route' ? '' : segment.text)).join('')).toBe(text);
  });

  it('takes a line of 100 KB', () => {
    expect(links('x'.repeat(100_000))).toEqual([]);
  });
});

describe('routeOf', () => {
  it.each([
    ['/patient/appointments', 'route.appointments'],
    ['/doctor/chat/cm5abc_-9', 'route.chat'],
    ['  /doctor ', 'route.list'],
    ['/patient/prescriptions/12', 'route.page'],
  ])('knows %j', (line, label) => {
    expect(routeOf(line)).toEqual({ kind: 'route', path: line.trim(), label });
  });

  it.each([
    '//evil.example/doctor',
    '/\\evil.example',
    'https://evil.example/doctor/chat/1',
    '/doctor/../api/user/logout',
    '/api/user/logout',
    '/doctor?next=javascript:alert(1)',
    '/doctor/chat/1#x',
    'javascript:/doctor',
    'see /doctor/chat/1',
    '/doctor/%2e%2e/x',
    '/doctorate',
  ])('does not take %j for one', (line) => {
    expect(routeOf(line)).toBeUndefined();
  });

  it('is a line of its own between lines of text', () => {
    expect(segmentsOf('Your appointment is confirmed.\n/patient/appointments\nSee you').map(({ kind }) => kind)).toEqual([
      'text',
      'route',
      'text',
    ]);
  });
});

describe('beginning', () => {
  it('is all of a short text', () => {
    expect(beginning('short')).toEqual({ text: 'short', cut: false });
  });

  it('cuts a long line, and many lines', () => {
    expect(beginning('x'.repeat(100_000))).toEqual({ text: 'x'.repeat(1500), cut: true });
    expect(beginning('x\n'.repeat(100)).text.split('\n')).toHaveLength(24);
  });

  it('leaves a text of just as many lines and characters alone', () => {
    expect(beginning(Array(24).fill('x').join('\n')).cut).toBe(false);
    expect(beginning('x'.repeat(1500)).cut).toBe(false);
  });

  it('does not cut a character in two', () => {
    const { text } = beginning(`x${'\u{1f600}'.repeat(2000)}`);

    expect(text.isWellFormed()).toBe(true);
  });
});

describe('harmless', () => {
  it('takes out what turns text round, and nothing else', () => {
    expect(harmless('\u202egpj.exe\u202c \u2067שלום\u2069 नमस्ते \u200d')).toBe('gpj.exe \u2067שלום\u2069 नमस्ते \u200d');
  });
});
