// Where somebody goes after the login: back to where the session ended, which is a place in this application and nothing else.
// A link to the login page may carry any text, so the text proves itself here.

/** `path` when it leads into this very application, otherwise nothing. */
export function safeReturnPath(path: string | null | undefined): string | undefined {
  if (!path?.startsWith('/')) return undefined;
  const here = 'http://here.invalid';
  try {
    // Browsers read `//host`, `/\host` and what hides behind tabs and line breaks as other origins.
    const url = new URL(path, here);
    if (url.origin !== here || url.pathname.startsWith('//') || /[\\\p{Cc}]/u.test(path)) return undefined;
    if (url.pathname === '/login' || url.pathname.startsWith('/login/')) return undefined;
    return url.pathname + url.search + url.hash;
  } catch {
    return undefined;
  }
}

export function loginPath(returnPath?: string): string {
  const safe = safeReturnPath(returnPath);
  return safe === undefined || safe === '/' ? '/login' : `/login?next=${encodeURIComponent(safe)}`;
}
