import type { ReactNode } from 'react';

interface BannerProps {
  readonly tone?: 'notice' | 'danger';
  readonly icon?: ReactNode;
  readonly action?: ReactNode;
  readonly children: ReactNode;
}

/** One sentence across a pane about the state it is in. */
export function Banner({ tone = 'notice', icon, action, children }: BannerProps) {
  return (
    <div
      className={`flex min-h-11 items-center gap-3 px-4 py-1.5 text-sm ${tone === 'danger' ? 'bg-danger-soft text-danger' : 'bg-notice-soft text-notice'}`}
    >
      {icon && (
        <span aria-hidden="true" className="shrink-0">
          {icon}
        </span>
      )}
      <p className="min-w-0 flex-1">{children}</p>
      {action}
    </div>
  );
}
