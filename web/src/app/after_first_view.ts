/** So long a page may take to show what it has; what is not urgent leaves it the line and the processor. */
const milliseconds = 2000;

/** Does what the first view does not need, when that is there and the browser has nothing else to do. @returns what stops it. */
export function afterFirstView(work: () => void): () => void {
  let handle: number | undefined;
  const timer = setTimeout(() => {
    // Safari knows no idleness.
    if (typeof requestIdleCallback === 'function') handle = requestIdleCallback(work, { timeout: 5000 });
    else work();
  }, milliseconds);
  return () => {
    clearTimeout(timer);
    if (handle !== undefined) cancelIdleCallback(handle);
  };
}
