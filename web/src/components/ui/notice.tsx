import type { ReactNode } from 'react';

interface NoticeProps {
  readonly icon: ReactNode;
  readonly title: string;
  readonly text: string;
  readonly action?: ReactNode;
}

/** What a pane says in place of its content: that it is empty, that it failed, that there is no network. */
export function Notice({ icon, title, text, action }: NoticeProps) {
  return (
    <div className="flex h-full flex-col items-center justify-center gap-2 p-8 text-center">
      <span aria-hidden="true" className="mb-1 grid size-12 place-items-center rounded-full bg-sunken text-ink-soft">
        {icon}
      </span>
      <h2 className="text-base font-semibold text-balance">{title}</h2>
      <p className="max-w-sm text-sm text-balance text-ink-soft">{text}</p>
      {action && <div className="mt-3">{action}</div>}
    </div>
  );
}
