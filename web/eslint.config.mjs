import js from '@eslint/js';
import importX from 'eslint-plugin-import-x';
import reactHooks from 'eslint-plugin-react-hooks';
import typescript from 'typescript-eslint';

const features = ['auth', 'conversations', 'messages', 'presence'];

// The same for imports by `@/`, which the rule on paths cannot follow.
const closed = (folder, pattern) => ({
  files: [`src/${folder}/**/*.{ts,tsx}`],
  rules: { 'no-restricted-imports': ['error', { patterns: [{ regex: pattern, message: 'app -> features -> components, lib' }] }] },
});

export default typescript.config(
  { ignores: ['.next/', 'out/', 'node_modules/', 'next-env.d.ts', 'packages/*/dist/'] },
  js.configs.recommended,
  {
    files: ['**/*.{ts,tsx}'],
    extends: [typescript.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { 'react-hooks': reactHooks, 'import-x': importX },
    rules: {
      ...reactHooks.configs.recommended.rules,
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // app -> features -> components, lib; and no feature imports another.
      'import-x/no-restricted-paths': [
        'error',
        {
          zones: [
            { target: './src/features', from: './src/app' },
            { target: './src/components', from: ['./src/app', './src/features'] },
            { target: './src/lib', from: ['./src/app', './src/features', './src/components'] },
            ...features.map((feature) => ({
              target: `./src/features/${feature}`,
              from: './src/features',
              except: [`./${feature}`],
            })),
          ],
        },
      ],
    },
  },
  ...features.map((feature) => closed(`features/${feature}`, `^@/(app/|features/(?!${feature}/))`)),
  closed('components', '^@/(app|features)/'),
  closed('lib', '^@/(app|features|components)/'),
  { files: ['**/*.mjs'], languageOptions: { globals: { process: 'readonly', console: 'readonly', Buffer: 'readonly', URL: 'readonly' } } },
  { files: ['public/*.js'], languageOptions: { globals: { navigator: 'readonly', close: 'readonly' } } },
  // Functions of these run in the page.
  { files: ['e2e/**/*.mjs'], languageOptions: { globals: { fetch: 'readonly', document: 'readonly', window: 'readonly' } } },
);
