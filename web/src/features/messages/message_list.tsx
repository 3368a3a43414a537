'use client';
import { ArrowDown } from 'lucide-react';
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { Virtualizer, type VirtualizerHandle } from 'virtua';
import { Button } from '@/components/ui/button';
import { useIntl } from '@/i18n/intl';
import { MessageRow, type RowActions } from './message_row';
import { grewInFront, type Row } from './rows';
import type { History } from './types';

/** So close to the end counts as there. */
const endPixels = 48;
/** So long after a wheel, a finger or a key it may still be what moves the list. */
const handMilliseconds = 1000;

interface MessageListProps {
  readonly rows: readonly Row[];
  readonly history: History;
  readonly unread: number;
  readonly actions: RowActions;
  readonly onOlder: () => void;
  /** The message with this key, and all before it, has been on the screen. */
  readonly onSeen: (key: string) => void;
}

/**
 * The messages, of which only those in view are in the page.
 *
 * It opens at the first unread message, else at the end; stays at the end while the reader is there, and goes there when the
 * reader sends something; holds the place when older messages come in above; asks for those when the beginning comes near.
 */
export function MessageList({ rows, history, unread, actions, onOlder, onSeen }: MessageListProps) {
  const { t } = useIntl();
  const scroller = useRef<HTMLDivElement>(null);
  const list = useRef<VirtualizerHandle>(null);
  const atEnd = useRef(true);
  const placed = useRef(false); // the opening place has been reached: from here on scrolling is the reader's
  const openedWith = useRef<string>(undefined); // the last message there was on opening
  const offset = useRef(0);
  const size = useRef(0);
  const hand = useRef(-Infinity); // when the reader last did something that scrolls
  const seen = useRef<string>(undefined);
  const [away, setAway] = useState(false);

  // Whether rows came in front is known only by comparing with the rows before.
  const [shown, setShown] = useState({ rows, shift: false });
  if (shown.rows !== rows) setShown({ rows, shift: grewInFront(shown.rows, rows) });

  const toEnd = useCallback(() => {
    atEnd.current = true;
    requestAnimationFrame(() => {
      if (atEnd.current) scroller.current?.scrollTo({ top: scroller.current.scrollHeight, behavior: 'instant' });
    });
  }, []);

  const look = useCallback(() => {
    const at = list.current;
    if (!at || rows.length === 0 || !placed.current) return;
    const below = at.scrollSize - at.viewportSize - at.scrollOffset;
    // Only the reader goes up; rows that turn out smaller than they were thought move the list too.
    const byHand = at.scrollSize === size.current || performance.now() - hand.current < handMilliseconds;
    if (below < endPixels) atEnd.current = true;
    else if (at.scrollOffset < offset.current && byHand) atEnd.current = false;
    offset.current = at.scrollOffset;
    size.current = at.scrollSize;
    setAway(below > at.viewportSize / 2 || (unread > 0 && below >= endPixels));
    if (history === 'more' && at.scrollOffset < at.viewportSize * 1.5) onOlder();
    for (let index = at.findItemIndex(at.scrollOffset + at.viewportSize - 32); index >= 0; index--) {
      const row = rows[index];
      if (!row || row.own) continue;
      if (row.message.key !== seen.current && document.visibilityState === 'visible') {
        seen.current = row.message.key;
        onSeen(row.message.key);
      }
      break;
    }
  }, [rows, history, unread, onOlder, onSeen]);

  const before = useRef<string>(undefined);
  useLayoutEffect(
    () => () => {
      before.current = undefined; // mounted once more, it opens once more
      placed.current = false;
    },
    [],
  );
  useLayoutEffect(() => {
    const last = rows.at(-1);
    if (!last || last.message.key === before.current) return;
    const opening = before.current === undefined;
    before.current = last.message.key;
    if (opening) openedWith.current = last.message.key;
    const unreadAt = opening ? rows.findIndex((row) => row.unread) : -1;
    if (unreadAt > 0) {
      atEnd.current = false;
      list.current?.scrollToIndex(unreadAt, { align: 'start', offset: -24 });
    } else if (atEnd.current || last.own) {
      toEnd();
    }
  }, [rows, toEnd]);

  // Sizes are known a moment after rows are in the page, and so is where the list stands.
  useEffect(() => {
    const timer = setTimeout(
      () => {
        if (!placed.current && showsTo(list.current, rows, openedWith.current)) toEnd(); // of what came meanwhile, too
        placed.current = true;
        look();
      },
      placed.current ? 50 : 300,
    );
    return () => {
      clearTimeout(timer);
    };
  }, [look, rows, toEnd]);

  // What came while nobody looked is seen when somebody looks again.
  useEffect(() => {
    document.addEventListener('visibilitychange', look);
    return () => {
      document.removeEventListener('visibilitychange', look);
    };
  }, [look]);

  const touched = useCallback(() => {
    hand.current = performance.now();
  }, []);

  // Rows that are measured, a keyboard that comes up, a composer that grows, a message that gets its links: the end stays in view.
  const stay = useCallback(() => {
    if (atEnd.current) toEnd();
  }, [toEnd]);

  return (
    <div className="relative min-h-0 flex-1 pb-2">
      <div
        ref={scroller}
        role="log"
        aria-live="off" // rows come and go as it scrolls; what is new is announced elsewhere
        aria-label={t('chat.messages')}
        tabIndex={0}
        onWheel={touched}
        onTouchMove={touched}
        onKeyDown={touched}
        onPointerDown={touched}
        className="flex h-full flex-col overflow-x-hidden overflow-y-auto -outline-offset-2 [overflow-anchor:none]"
      >
        <div className="grow" />
        <Virtualizer ref={list} scrollRef={scroller} data={shown.rows} shift={shown.shift} onScroll={look} onResize={stay} bufferSize={400}>
          {(row) => <MessageRow key={row.message.key} row={row} actions={actions} />}
        </Virtualizer>
      </div>
      {history === 'loading' && <Pill>{t('chat.older.loading')}</Pill>}
      {history === 'failed' && (
        <Pill>
          {t('chat.older.failed')}
          <Button variant="secondary" size="small" onClick={onOlder}>
            {t('app.retry')}
          </Button>
        </Pill>
      )}
      {away && (
        <Button
          variant="secondary"
          onClick={toEnd}
          aria-label={unread > 0 ? t('chat.latest.count', { n: unread }) : t('chat.latest')}
          className="absolute end-4 bottom-5 rounded-full! border-line! bg-raised px-3! shadow-raised"
        >
          {unread > 0 && <span className="text-sm text-accent tabular-nums">{unread > 99 ? '99+' : unread}</span>}
          <ArrowDown aria-hidden="true" className="size-5" />
        </Button>
      )}
    </div>
  );
}

/** Whether the end of the message with this key is in view. */
function showsTo(at: VirtualizerHandle | null, rows: readonly Row[], key: string | undefined): boolean {
  const index = rows.findLastIndex((row) => row.message.key === key);
  if (!at || index < 0) return false;
  return at.getItemOffset(index) + at.getItemSize(index) < at.scrollOffset + at.viewportSize + endPixels;
}

function Pill({ children }: { children: React.ReactNode }) {
  return (
    <div className="absolute inset-x-0 top-2 mx-auto flex w-fit items-center gap-3 rounded-full border border-line bg-raised px-4 py-1.5 text-[0.8125rem] text-ink-soft shadow-raised">
      {children}
    </div>
  );
}
