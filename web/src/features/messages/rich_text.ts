// A message's text, taken apart into what may be shown: text, links, and ways to the application's own pages. Nothing else in
// it has a meaning: no markup, no other scheme.
import type { TextKey } from '@/i18n/translate';

export type Segment =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'link'; readonly text: string; readonly href: string }
  | { readonly kind: 'route'; readonly path: string; readonly label: TextKey };

/** Takes the links out of a text; see links.ts, which comes when a text first needs it. */
export type FindLinks = (text: string) => readonly Segment[];

/** What is shown of a text before somebody asks for all of it. */
const shownCharacters = 1500;
const shownLines = 24;

const routes: readonly (readonly [RegExp, TextKey])[] = [
  [/^\/(doctor|patient)\/appointments(\/[\w-]+)?$/, 'route.appointments'],
  [/^\/(doctor|patient)\/chat\/[\w-]+$/, 'route.chat'],
  [/^\/(doctor|patient)$/, 'route.list'],
  [/^\/(doctor|patient)(\/[\w-]+){1,3}$/, 'route.page'],
];

/** The beginning of a long text, or all of it. Never cuts a character in two. */
export function beginning(text: string): { readonly text: string; readonly cut: boolean } {
  let end = Math.min(text.length, shownCharacters);
  for (let line = 0, at = -1; line < shownLines; line++) {
    at = text.indexOf('\n', at + 1);
    if (at < 0 || at >= end) break;
    if (line === shownLines - 1) end = at;
  }
  // Not between the halves of a surrogate pair, and not before a mark that belongs to the letter.
  for (let step = 0; step < 64 && end < text.length && /^[\p{M}\u200d\udc00-\udfff]/u.test(text.slice(end, end + 1)); step++) end--;
  return { text: text.slice(0, end), cut: end < text.length };
}

/**
 * The text without the characters that turn round all that follows (embeddings and overrides): they would let an address read
 * as another one. Isolates stay, they end with the paragraph.
 */
export function harmless(text: string): string {
  return text.replace(/[\u202a-\u202e]/g, '');
}

/** Whether looking for links in it is worth the code that does. */
export function mayHaveLinks(text: string): boolean {
  return /:\/\/|www\.|mailto:|tel:|\S@\S/i.test(text);
}

/** The way to an own page that a line is, when the line is nothing else. */
export function routeOf(line: string): Extract<Segment, { kind: 'route' }> | undefined {
  const path = line.trim();
  const label = routes.find(([pattern]) => pattern.test(path))?.[1];
  return label && { kind: 'route', path, label };
}

/** Takes a text apart. Without `findLinks` links stay text. Together the texts of the segments are the text. */
export function segmentsOf(text: string, findLinks?: FindLinks): readonly Segment[] {
  const segments: Segment[] = [];
  let plain: string[] = [];
  const flush = () => {
    const block = plain.join('\n');
    plain = [];
    if (block !== '') segments.push(...(findLinks ? findLinks(block) : [{ kind: 'text' as const, text: block }]));
  };
  for (const line of text.split('\n')) {
    const route = routeOf(line);
    if (route) {
      flush();
      segments.push(route);
    } else {
      plain.push(line);
    }
  }
  flush();
  return segments;
}
