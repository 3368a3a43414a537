// Logs off who has not moved for a while: a clinic's screen stands where patients pass by. Movement in one tab counts in all,
// through an instant in the browser's storage; each tab reckons from it, so that all warn and log off together, also after
// the machine slept.
import { readText, writeText } from '@/lib/storage';

export interface IdleOptions {
  /** Milliseconds without movement until the logoff; 15 minutes. */
  readonly limit?: number;
  /** Milliseconds before it at which the warning appears; 60 seconds. */
  readonly warning?: number;
  /** The logoff stands before the door: at this instant. Nothing when somebody moved after all. */
  readonly onWarning: (logoffAt: number | undefined) => void;
  readonly onLogoff: () => void;
}

export interface IdleTimer {
  /** Somebody is here: the warning goes away. */
  stay(): void;
  stop(): void;
}

const signal = 'quickclinic:moved';
const movements = ['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchstart'] as const;
/** How exactly movement is written down. */
const step = 1000;

export function watchIdle({ limit = 15 * 60_000, warning = 60_000, onWarning, onLogoff }: IdleOptions): IdleTimer {
  let moved = 0;
  let warned = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const latest = () => Math.max(moved, Math.min(Number(readText(signal) ?? 0) || 0, Date.now()));

  function look(): void {
    clearTimeout(timer);
    const logoffAt = latest() + limit;
    const now = Date.now();
    if (now >= logoffAt) {
      stop();
      onLogoff();
      return;
    }
    const warn = now >= logoffAt - warning;
    if (warn || warned) onWarning(warn ? logoffAt : undefined);
    warned = warn;
    timer = setTimeout(look, Math.max(0, warn ? logoffAt - now : logoffAt - warning - now));
  }

  function stay(): void {
    moved = Date.now();
    writeText(signal, String(moved));
    look();
  }

  // Once warned, a passing mouse is not enough: somebody says so by `stay`.
  function move(): void {
    if (!warned && Date.now() - moved >= step) stay();
  }

  function heard(event: StorageEvent): void {
    if (event.key === signal) look();
  }

  function stop(): void {
    clearTimeout(timer);
    for (const name of movements) window.removeEventListener(name, move);
    window.removeEventListener('storage', heard);
    document.removeEventListener('visibilitychange', look);
  }

  for (const name of movements) window.addEventListener(name, move, { passive: true });
  window.addEventListener('storage', heard);
  document.addEventListener('visibilitychange', look);
  stay();
  return { stay, stop };
}
