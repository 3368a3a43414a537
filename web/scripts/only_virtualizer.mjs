// A loader for Turbopack: of virtua, which is one file, it leaves what `Virtualizer` needs. Turbopack's minifier keeps the grid,
// a third of the whole, though nothing uses it.
import { rolldown } from 'rolldown';

const entry = '\0entry';

export default function onlyVirtualizer() {
  const done = this.async();
  shaken(this.resourcePath).then((code) => done(null, code), done);
}

async function shaken(file) {
  const bundle = await rolldown({
    input: entry,
    external: /^react/,
    plugins: [
      {
        name: 'entry',
        resolveId: (id) => (id === entry ? id : undefined),
        load: (id) => (id === entry ? `export { Virtualizer } from ${JSON.stringify(file)};` : undefined),
      },
    ],
    // Written again below.
    onwarn: (warning, warn) => (warning.code === 'MODULE_LEVEL_DIRECTIVE' ? undefined : warn(warning)),
  });
  const { output } = await bundle.generate({ format: 'esm' });
  await bundle.close();
  return `'use client';\n${output[0].code}`;
}
