// Waiting, always with a bound: a test that waits for what never comes fails and says what was missing.

/** Rejects with a sentence that names `what` when `promise` has not settled after `ms`. */
export function within(ms, promise, what) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`waited ${ms} ms for ${what}`)), ms);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** Asks `probe` again and again until it answers something truthy, which is returned. */
export async function until(ms, probe, what) {
  const deadline = Date.now() + ms;
  for (;;) {
    const answer = await probe();
    if (answer) return answer;
    if (Date.now() > deadline) throw new Error(`waited ${ms} ms for ${what}`);
    await pause(20);
  }
}

/** For time that is itself the subject: an expiry, a heartbeat, a moment for what must not arrive. */
export function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
