// Makes packages/chat-bar/dist: modules, one stylesheet that touches nothing outside the component, types.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import tailwind from '@tailwindcss/postcss';
import postcss from 'postcss';
import { rolldown } from 'rolldown';
import ts from 'typescript';

const web = join(dirname(fileURLToPath(import.meta.url)), '..');
const folder = join(web, 'packages/chat-bar');
const dist = join(folder, 'dist');

/** The selectors of a rule below the component, from one of the page: what means the whole page means the component's own element. */
export function scoped(selector) {
  const own = selector.replace(/(^|[\s>+~(,])(?::root|:host|html|body)(?![\w-])/g, '$1.qc-chat');
  if (own.includes('.qc-chat')) return [own];
  // A class may also stand on the component's own element.
  return /^\.[^\s>+~]*$/.test(own) ? [`.qc-chat${own}`, `.qc-chat ${own}`] : [`.qc-chat ${own}`];
}

// Layers lose against any rule of the page's that is in none, so there are none here.
const scope = {
  postcssPlugin: 'scope',
  OnceExit(root) {
    root.walkAtRules('layer', (layer) => (layer.nodes ? layer.replaceWith(layer.nodes) : layer.remove()));
    root.walkRules((rule) => {
      const parent = rule.parent;
      if (parent?.type === 'rule' || (parent?.type === 'atrule' && parent.name.endsWith('keyframes'))) return;
      rule.selectors = [...new Set(rule.selectors.flatMap(scoped))];
    });
  },
};

/** The stylesheet of the package. */
export async function styles() {
  const source = join(folder, 'styles.css');
  const { css } = await postcss([tailwind({ base: web, optimize: { minify: false } }), scope]).process(readFileSync(source, 'utf8'), {
    from: source,
  });
  return css;
}

async function build() {
  rmSync(dist, { recursive: true, force: true });
  mkdirSync(dist, { recursive: true });

  const bundle = await rolldown({
    input: join(folder, 'index.tsx'),
    cwd: web,
    platform: 'browser',
    external: /^[^./@\\]|^@(?!\/)/, // what the application has or installs
    resolve: { alias: { '@': join(web, 'src') } },
    // The entry's directive stays, and says it for all.
    onwarn: (warning, warn) => (warning.code === 'MODULE_LEVEL_DIRECTIVE' ? undefined : warn(warning)),
  });
  await bundle.write({ dir: dist, format: 'esm', entryFileNames: 'index.js', chunkFileNames: '[name].js' });
  await bundle.close();

  writeFileSync(join(dist, 'styles.css'), await styles());

  const props = ts.transpileDeclaration(readFileSync(join(web, 'src/features/messages/chat_bar_props.ts'), 'utf8'), {
    compilerOptions: { target: ts.ScriptTarget.ES2022 },
    fileName: 'chat_bar_props.ts',
  });
  const component =
    '/** One conversation between a doctor and a patient, complete; fills the element it stands in. */\n' +
    'export declare function ChatBar(props: ChatBarProps): ReactNode;\n';
  writeFileSync(join(dist, 'index.d.ts'), props.outputText + component);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await build();
