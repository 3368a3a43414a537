'use client';
import { SendHorizontal } from 'lucide-react';
import { useId, useImperativeHandle, useLayoutEffect, useRef, type Ref } from 'react';
import { Button } from '@/components/ui/button';
import { useIntl } from '@/i18n/intl';

/** As many code points as the server takes in one message. */
const charactersMax = 4000;
const counterFrom = 3600;

/** What others may do with the composer. */
export interface ComposerHandle {
  focus(): void;
}

interface ComposerProps {
  readonly text: string;
  /** Nothing can be written yet. */
  readonly disabled?: boolean;
  readonly onChange: (text: string) => void;
  readonly onSend: () => void;
  readonly ref?: Ref<ComposerHandle>;
}

/** Where a message is written. Enter sends it, unless an input method is still composing; Shift and Enter makes a line. */
export function Composer({ text, disabled = false, onChange, onSend, ref }: ComposerProps) {
  const { t } = useIntl();
  const id = useId();
  const field = useRef<HTMLTextAreaElement>(null);
  const length = countOf(text);
  const left = charactersMax - length;
  const sendable = text.trim() !== '' && left >= 0;

  useImperativeHandle(ref, () => ({
    focus() {
      field.current?.focus();
    },
  }));

  // As high as its text, up to what the style allows.
  useLayoutEffect(() => {
    const element = field.current;
    if (!element) return;
    element.style.height = 'auto';
    element.style.height = `${element.scrollHeight + element.offsetHeight - element.clientHeight}px`;
  }, [text]);

  const send = () => {
    if (!sendable) return;
    onSend();
    field.current?.focus();
  };

  return (
    <form
      className="border-t border-line bg-surface px-3 pt-2.5 pb-[max(0.625rem,env(safe-area-inset-bottom))]"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <div className="flex items-end gap-2">
        <label htmlFor={id} className="sr-only">
          {t('composer.label')}
        </label>
        <textarea
          ref={field}
          id={id}
          rows={1}
          dir="auto"
          value={text}
          disabled={disabled}
          placeholder={t('composer.placeholder')}
          aria-describedby={`${id}-hint`}
          aria-invalid={left < 0}
          enterKeyHint="send"
          className="max-h-40 min-h-11 flex-1 resize-none rounded-2xl border border-line-strong bg-surface px-4 py-2.5 text-base leading-normal text-ink -outline-offset-1 placeholder:text-ink-soft"
          onChange={(event) => {
            onChange(event.target.value);
          }}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || event.shiftKey || composes(event.nativeEvent)) return;
            event.preventDefault();
            send();
          }}
        />
        <Button type="submit" size="icon" disabled={!sendable} aria-label={t('composer.send')} title={t('composer.send')} className="size-11! rounded-full!">
          <SendHorizontal aria-hidden="true" className="size-5" />
        </Button>
      </div>
      <p id={`${id}-hint`} className="sr-only">
        {t('composer.hint')}
      </p>
      {length > counterFrom && (
        <p role="status" className={`px-4 pt-1 text-xs ${left < 0 ? 'text-danger' : 'text-ink-soft'}`}>
          {left < 0 ? t('composer.over', { n: -left }) : t('composer.left', { n: left })}
        </p>
      )}
    </form>
  );
}

// While an input method composes, Enter chooses a word.
function composes(event: KeyboardEvent): boolean {
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- Safari tells of the Enter that ends it by this code alone
  return event.isComposing || event.keyCode === 229;
}

// Code points, as the server counts; what is too long in no way of counting needs no count.
function countOf(text: string): number {
  const trimmed = text.trim();
  if (trimmed.length <= counterFrom || trimmed.length > 2 * charactersMax) return trimmed.length;
  return Array.from(trimmed).length;
}
