'use client';
import { usePathname } from 'next/navigation';
import type { AnchorHTMLAttributes } from 'react';

/**
 * Shows another page of the workspace without asking anybody for it: all of them are drawn by the same code from the address,
 * so this works without a network too. The router follows the history by itself.
 */
export function openPath(path: string): void {
  if (path !== location.pathname) history.pushState(null, '', path);
}

interface AppLinkProps extends AnchorHTMLAttributes<HTMLAnchorElement> {
  readonly href: string;
}

/** A link to another page of the workspace; with a modifier key or another button the browser does what it always does. */
export function AppLink({ href, ...rest }: AppLinkProps) {
  const current = usePathname() === href;
  return (
    <a
      href={href}
      aria-current={current ? 'page' : undefined}
      onClick={(event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey || event.button !== 0) return;
        event.preventDefault();
        openPath(href);
      }}
      {...rest}
    />
  );
}
