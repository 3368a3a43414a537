// A conversation that is open while somebody looks at it.
import { nobody, type Conversation, type ConversationState } from './types';

/**
 * Opens with the first listener and closes with the last one, so that a component can make it while it renders and hold it by
 * `useSyncExternalStore` alone. Before, and after, its state is that of somebody who connects; what is asked of it then is lost.
 * Without a user it stays so.
 */
export function lazyConversation(userId: string | undefined, open: (userId: string) => Conversation): Conversation {
  const connecting: ConversationState = {
    userId: userId ?? nobody,
    messages: [],
    history: 'loading',
    unread: 0,
    line: { kind: 'connecting' },
    typing: false,
  };
  let inner: Conversation | undefined;
  let listeners = 0;

  const close = () => {
    inner?.close();
    inner = undefined;
  };
  return {
    getState: () => inner?.getState() ?? connecting,
    subscribe(listener) {
      if (userId === undefined) return () => undefined;
      inner ??= open(userId);
      listeners++;
      const end = inner.subscribe(listener);
      return () => {
        end();
        if (--listeners === 0) close();
      };
    },
    send: (text) => inner?.send(text),
    retry: (key) => inner?.retry(key),
    discard: (key) => inner?.discard(key),
    loadOlder: () => inner?.loadOlder(),
    see: (key) => inner?.see(key),
    writing: () => inner?.writing(),
    reconnect: () => inner?.reconnect(),
    close,
  };
}
