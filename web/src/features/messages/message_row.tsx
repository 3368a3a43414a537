'use client';
import { memo } from 'react';
import { Button } from '@/components/ui/button';
import { useIntl } from '@/i18n/intl';
import { dayName, exactTime, timeOfDay } from '@/i18n/times';
import type { TextKey } from '@/i18n/translate';
import { useNow } from '@/i18n/use_now';
import { DeliveryMark } from './delivery_mark';
import { MessageText } from './message_text';
import { harmless } from './rich_text';
import type { Row } from './rows';
import type { ShownMessage } from './types';

/** What can be done with a message; the same functions for all rows, so that none is drawn again for them. */
export interface RowActions {
  readonly retry: (key: string) => void;
  readonly edit: (key: string) => void;
  readonly navigate?: ((path: string) => void) | undefined;
}

/** One message, with what stands above it: the beginning of the conversation, its day, the mark of the unread. */
export const MessageRow = memo(function MessageRow({ row, actions }: { row: Row; actions: RowActions }) {
  const { t, locale } = useIntl();
  const { message, own } = row;
  const exact = exactTime(locale, message.createdAt);

  return (
    <div className={`px-4 ${row.first ? 'pt-2.5' : 'pt-0.5'} ${row.last ? 'pb-0.5' : ''}`}>
      {row.start && <p className="pt-3 pb-1 text-center text-[0.8125rem] text-ink-soft">{t('chat.start')}</p>}
      {row.day && <DayHeading at={message.createdAt} />}
      {row.unread && <UnreadMark />}
      <article className={`flex flex-col ${own ? 'items-end' : 'items-start'}`} data-message={message.key}>
        <div className={`max-w-[min(85%,36rem)] rounded-2xl px-3.5 py-2 text-[0.9375rem] leading-normal ${bubble(row)}`}>
          <span className="sr-only">
            <bdi>{own ? t('chat.own') : harmless(message.senderName)}</bdi>:{' '}
          </span>
          <MessageText text={message.text} onNavigate={actions.navigate} />
          {row.meta ? (
            <div className="mt-0.5 flex items-center justify-end gap-1 text-xs text-ink-soft">
              <time dateTime={new Date(message.createdAt).toISOString()} title={exact}>
                {timeOfDay(locale, message.createdAt)}
              </time>
              {message.delivery && <DeliveryMark delivery={message.delivery} />}
            </div>
          ) : (
            message.delivery && <span className="sr-only">{t(`delivery.${message.delivery}`)}</span>
          )}
        </div>
        {message.delivery === 'failed' && <Failure message={message} actions={actions} />}
      </article>
    </div>
  );
});

// Own ones stand on the right; the corner beside the next of the group is the sharper one.
function bubble({ own, first, last, message }: Row): string {
  const colour = own ? 'bg-bubble-own' : 'border border-line bg-bubble';
  const corners = own
    ? `${first ? '' : 'rounded-se-md'} ${last ? '' : 'rounded-ee-md'}`
    : `${first ? '' : 'rounded-ss-md'} ${last ? '' : 'rounded-es-md'}`;
  return `${colour} ${corners} ${message.delivery === 'failed' ? 'outline outline-danger' : ''}`;
}

function DayHeading({ at }: { at: number }) {
  const { t, locale } = useIntl();
  const now = useNow(60_000);
  return (
    <h2 className="flex justify-center pt-3 pb-2 text-xs font-medium text-ink-soft">
      <span className="rounded-full bg-sunken px-3 py-1">{dayName(locale, t, at, now)}</span>
    </h2>
  );
}

function UnreadMark() {
  const { t } = useIntl();
  return (
    <p className="flex items-center gap-3 pt-2 pb-2 text-xs font-semibold text-accent">
      <span aria-hidden="true" className="h-px flex-1 bg-accent" />
      {t('chat.unread')}
      <span aria-hidden="true" className="h-px flex-1 bg-accent" />
    </p>
  );
}

const reasons: Readonly<Record<string, TextKey>> = {
  too_large: 'failure.too_large',
  forbidden: 'failure.forbidden',
  rate_limited: 'failure.rate_limited',
};

function Failure({ message, actions }: { message: ShownMessage; actions: RowActions }) {
  const { t } = useIntl();
  return (
    <div className="mt-1 flex flex-wrap items-center justify-end gap-x-1 text-[0.8125rem] text-danger">
      <span>{t(reasons[message.failure ?? ''] ?? 'failure.other')}</span>
      <span className="flex">
      <Button
        variant="danger"
        size="small"
        onClick={() => {
          actions.retry(message.key);
        }}
      >
        {t('failure.retry')}
      </Button>
      <Button
        variant="danger"
        size="small"
        onClick={() => {
          actions.edit(message.key);
        }}
      >
        {t('failure.edit')}
      </Button>
      </span>
    </div>
  );
}
