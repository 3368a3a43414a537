// Lets browsers compile the modules of the exported scripts while they load: a function in parentheses is taken for one that is
// called at once, so it is compiled with its script, on another thread, and not by the first page at its first call. Run after
// the export, on its folder.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseAst } from 'rolldown/parseAst';

/** The text of a script with each module that it registers in parentheses. Whatever is no such script stays as it is. */
export function withEagerModules(code) {
  const functions = parseAst(code).body.flatMap(({ expression }) =>
    expression?.type === 'CallExpression' && expression.callee.property?.name === 'push' && expression.arguments[0]?.type === 'ArrayExpression'
      ? expression.arguments[0].elements.filter((element) => element?.type === 'ArrowFunctionExpression' || element?.type === 'FunctionExpression')
      : [],
  );
  let from = 0;
  let eager = '';
  for (const { start, end } of functions) {
    eager += `${code.slice(from, start)}(${code.slice(start, end)})`;
    from = end;
  }
  return eager + code.slice(from);
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const folder = process.argv[2] ?? fileURLToPath(new URL('../out', import.meta.url));
  const chunks = join(folder, '_next/static/chunks');
  let count = 0;
  for (const name of readdirSync(chunks).filter((each) => each.endsWith('.js'))) {
    const path = join(chunks, name);
    const code = readFileSync(path, 'utf8');
    const eager = withEagerModules(code);
    if (eager === code) continue;
    writeFileSync(path, eager);
    ++count;
  }
  if (count === 0) throw new Error(`${chunks} has no script that registers modules`);
}
