/** Waits until `holds`; fails with `what` when it never does. */
export async function until(holds: () => boolean, what: string, milliseconds = 15_000): Promise<void> {
  const end = Date.now() + milliseconds;
  while (!holds()) {
    if (Date.now() > end) throw new Error(`still waiting until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
