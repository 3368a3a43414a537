// What a page asks the server while its scripts are still on their way. A script in the page itself asks (`askEarly`), and the
// first request for the same (`request` in http.ts) takes its answer.

/** The global that the page's script leaves its answers in, by path. */
export const earlyName = 'quickclinicEarly';

type Early = Partial<Record<string, Promise<Response>>>;

/** So many milliseconds after the page began an answer is worth taking; later on the server is asked anew. */
const freshFor = 20_000;

/** Asks for what this page will show. Knows nothing but its argument and the page: only its text gets there. */
export function askEarly(name: string): void {
  const early: Early = {};
  const ask = (path: string) => {
    const answer = fetch(path, { credentials: 'include', cache: 'no-store', headers: { accept: 'application/json' } });
    answer.catch(() => undefined); // whoever takes it sees
    early[path] = answer;
  };
  ask('/api/user/session');
  const page = /^\/(?:doctor|patient)(?:\/chat\/([^/]+))?$/.exec(location.pathname);
  const list = '/api/doctorpatientrelations';
  if (page) ask(list);
  if (page?.[1]) ask(`${list}/${page[1]}/chats?page=1&limit=50&order=newest&readState=true`);
  Object.assign(window, { [name]: early });
}

/** The answer that was asked for early, once, if there is one. */
export function takeEarly(path: string): Promise<Response> | undefined {
  const early = answers();
  const answer = early?.[path];
  if (early) Reflect.deleteProperty(early, path);
  return performance.now() < freshFor ? answer : undefined;
}

/** The answers are about somebody else. */
export function dropEarly(): void {
  Reflect.deleteProperty(globalThis, earlyName);
}

function answers(): Early | undefined {
  return (globalThis as { [earlyName]?: Early })[earlyName];
}
