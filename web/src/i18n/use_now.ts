import { useCallback, useSyncExternalStore } from 'react';

/** The time, in steps of so many milliseconds; what it is used in is drawn again at every step. */
export function useNow(stepMilliseconds: number): number {
  const subscribe = useCallback(
    (listener: () => void) => {
      const timer = setInterval(listener, stepMilliseconds);
      return () => {
        clearInterval(timer);
      };
    },
    [stepMilliseconds],
  );
  const now = () => Math.floor(Date.now() / stepMilliseconds) * stepMilliseconds;
  return useSyncExternalStore(subscribe, now, () => 0);
}
