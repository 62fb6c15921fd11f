import js from '@eslint/js';
import pulumi from '@pulumi/eslint-plugin';
import tseslint from 'typescript-eslint';

export default tseslint.config(
  {
    ignores: [
      'node_modules/**',
      'eslint.config.js',
      '.dependency-cruiser.js',
      '.envoy/**',
      '.lab/**',
      '.book/**',
      'book/.vitepress/config.js',
      'lab/report/html/page.js',
      'lab/play/page/*.js',
      'lab/main.js',
      'policy/index.js',
    ],
  },
  js.configs.recommended,
  tseslint.configs.strictTypeChecked,
  { languageOptions: { parserOptions: { projectService: true } } },
  {
    rules: {
      curly: ['error', 'multi-line'],
      eqeqeq: 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // `{ left, out, ...kept }` says what is left out.
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
      // A switch over a union is checked by the compiler's noImplicitReturns.
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
    },
  },
  {
    ignores: ['tests/**'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          paths: ['http', 'node:http'].map((name) => ({
            name,
            allowTypeImports: true,
            message:
              "Ask process.getBuiltinModule('node:http') for it: an import lists its names, and loads all of fetch for one of them.",
          })),
        },
      ],
    },
  },
  {
    files: ['index.ts', 'components/**/*.ts'],
    plugins: { '@pulumi': pulumi },
    rules: { '@pulumi/no-output-in-template-literal': 'error' },
  },
);
