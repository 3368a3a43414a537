'use client';
import { useEffect, useState } from 'react';
import { buttonClass } from '@/components/ui/button';
import { useIntl } from '@/i18n/intl';
import { beginning, harmless, mayHaveLinks, segmentsOf, type FindLinks } from './rich_text';

let finder: Promise<FindLinks> | undefined;
let found: FindLinks | undefined;

// What finds links is half as big as everything else here, and most messages have none.
function useFindLinks(wanted: boolean): FindLinks | undefined {
  const [find, setFind] = useState(() => found);
  useEffect(() => {
    if (!wanted || find) return;
    let gone = false;
    finder ??= import('./links').then((links) => (found = links.findLinks));
    finder.then(
      (loaded) => {
        if (!gone) setFind(() => loaded);
      },
      () => {
        finder = undefined; // no network: links stay text, the next message tries again
      },
    );
    return () => {
      gone = true;
    };
  }, [wanted, find]);
  return find;
}

interface MessageTextProps {
  readonly text: string;
  /** Opens a page of the application without leaving this one; without it the browser goes there. */
  readonly onNavigate?: ((path: string) => void) | undefined;
}

/** What somebody wrote: as text, whatever it looks like, with links and ways to the application's own pages. */
export function MessageText({ text, onNavigate }: MessageTextProps) {
  const { t } = useIntl();
  const [whole, setWhole] = useState(false);
  const start = whole ? { text, cut: false } : beginning(text);
  const shown = harmless(start.text);
  const findLinks = useFindLinks(mayHaveLinks(shown));

  return (
    <div dir="auto" data-text className="[overflow-wrap:anywhere] whitespace-pre-wrap [unicode-bidi:plaintext]">
      {segmentsOf(shown, findLinks).map((segment, index) => {
        if (segment.kind === 'text') return <span key={index}>{segment.text}</span>;
        if (segment.kind === 'link') {
          return (
            <a key={index} href={segment.href} target="_blank" rel="noopener noreferrer" className="text-accent underline underline-offset-2">
              <bdi>{segment.text}</bdi>
            </a>
          );
        }
        return (
          <a
            key={index}
            href={segment.path}
            title={segment.path}
            onClick={(event) => {
              if (!onNavigate || event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
              event.preventDefault();
              onNavigate(segment.path);
            }}
            className={`${buttonClass({ variant: 'secondary', size: 'small' })} my-1 !flex w-fit`}
          >
            {t(segment.label)}
          </a>
        );
      })}
      {start.cut && (
        <>
          {'… '}
          <button
            type="button"
            className="font-medium text-accent underline underline-offset-2"
            onClick={() => {
              setWhole(true);
            }}
          >
            {t('chat.showAll')}
          </button>
        </>
      )}
    </div>
  );
}
