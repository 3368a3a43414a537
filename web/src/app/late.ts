'use client';
import { createElement, useEffect, useState, type ComponentType, type ReactNode } from 'react';
import { afterFirstView } from './after_first_view';

/**
 * A component that the first view does not need: it is loaded after that, when the browser has nothing else to do, or as soon as it is
 * `wanted`. The placeholder stands for it until then, and where it cannot be loaded; that is tried again when it is next wanted,
 * and when the network is back.
 */
export function late<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
  placeholder?: ReactNode,
): ComponentType<Props & { readonly wanted: boolean }> {
  return function Late({ wanted, ...props }) {
    const [made, setMade] = useState<(props: Props) => ReactNode>();

    useEffect(() => {
      if (made) return;
      let gone = false;
      const get = () => {
        void load().then(
          (component) => {
            if (!gone) setMade(() => (given: Props) => createElement(component, given));
          },
          () => undefined,
        );
      };
      let cancel: (() => void) | undefined;
      if (wanted) get();
      else cancel = afterFirstView(get);
      window.addEventListener('online', get);
      return () => {
        gone = true;
        cancel?.();
        window.removeEventListener('online', get);
      };
    }, [wanted, made]);

    return made ? made(props as unknown as Props) : placeholder;
  };
}
