// Finds addresses in a text. Loaded when a message first has something that looks like one.
import { tokenize } from 'linkifyjs';
import type { Segment } from './rich_text';

// A scheme that the tokenizer does not know with a plus sign.
const telephone = /\btel:(\+?\d[\d().-]*\d)/gi;

/** Only these schemes become links, whatever else the tokenizer knows. */
const allowed = /^(https?:\/\/|mailto:)/i;

/** An address without a scheme counts when it cannot be anything else: `ends.In` is a missing space more often than a site. */
const certain = /^(https?:\/\/|mailto:|www\.|[^\s/]+@)/i;

export function findLinks(text: string): readonly Segment[] {
  const segments: Segment[] = [];
  let from = 0;
  for (const call of text.matchAll(telephone)) {
    addAddresses(segments, text.slice(from, call.index));
    segments.push({ kind: 'link', text: call[0], href: `tel:${call[1] ?? ''}` });
    from = call.index + call[0].length;
  }
  addAddresses(segments, text.slice(from));
  return segments;
}

function addAddresses(segments: Segment[], text: string): void {
  for (const token of tokenize(text)) {
    const shown = token.toString();
    const href = token.isLink ? token.toHref('https') : '';
    const last = segments.at(-1);
    if (allowed.test(href) && certain.test(shown)) {
      segments.push({ kind: 'link', text: shown, href });
    } else if (last?.kind === 'text') {
      segments[segments.length - 1] = { kind: 'text', text: last.text + shown };
    } else {
      segments.push({ kind: 'text', text: shown });
    }
  }
}
