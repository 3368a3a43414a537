import { startTransition, useEffect, useState } from 'react';

/**
 * The state of what changes outside React, as `useSyncExternalStore` gives it, but drawn piece by piece: a large change leaves room
 * for a touch or a key in between. Not for what answers those. `subscribe` and `getState` stay the same as long as what is watched does.
 */
export function useWatched<State>(subscribe: (listener: () => void) => () => void, getState: () => State): State {
  const [state, setState] = useState(getState);
  useEffect(() => {
    const read = () => {
      startTransition(() => {
        setState(() => getState());
      });
    };
    const end = subscribe(read);
    read(); // what changed since it was drawn
    return end;
  }, [subscribe, getState]);
  return state;
}
