// Tells when the page has come back from where timers and sockets do not run: a hidden tab, a sleeping machine, a network that
// was gone. What seems connected then may long be cut off.

const beat = 5000;
/** Hidden tabs run their timers once a minute; only more than that is sleep. */
const sleep = 90_000;

/** @returns what ends it. Does nothing where there is no page. */
export function watchWake(woke: () => void): () => void {
  if (typeof window === 'undefined') return () => undefined;
  let last = Date.now();
  const timer = setInterval(() => {
    const jumped = Date.now() - last > sleep;
    last = Date.now();
    if (jumped) woke();
  }, beat);
  const shown = () => {
    if (document.visibilityState === 'visible') woke();
  };
  document.addEventListener('visibilitychange', shown);
  window.addEventListener('online', woke);
  window.addEventListener('pageshow', shown);
  return () => {
    clearInterval(timer);
    document.removeEventListener('visibilitychange', shown);
    window.removeEventListener('online', woke);
    window.removeEventListener('pageshow', shown);
  };
}
