/** The file in `public/` that does it. */
export const warmFormatsScript = '/warm_formats.js';

/**
 * Has the browser read its tables of languages and zones while the scripts are on their way, and the page's own thread does not
 * wait for them. Knows nothing but its argument and the page: only its text gets there.
 */
export function warmFormats(script: string): void {
  try {
    new Worker(script);
  } catch {
    // The page does it when it has to.
  }
}
