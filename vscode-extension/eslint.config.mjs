// What the sources are held to beside the types: typescript-eslint's strict rules.
import eslint from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

import importOrder from './scripts/importOrder.mjs';

/** What every feature may know, by its folder below src. All other folders are features, and none knows another's inside. */
const SHARED = [
  'beside',
  'context',
  'protocol',
  'repositories',
  'revisions',
  'server',
  'settings',
  'text',
  'ui',
  'workingCopy',
];

/** Imports of what is not shared, where `up` leads out of a folder. */
function shared(up) {
  return {
    'no-restricted-imports': [
      'error',
      {
        patterns: [
          {
            regex: `^${up.replaceAll('.', '\\.')}(?!(?:${SHARED.join('|')})(?:/|$))`,
            message:
              'One feature knows nothing of another: what both need has a folder of its own (docs/ARCHITECTURE.md).',
          },
        ],
      },
    ],
  };
}

export default defineConfig(
  globalIgnores(['dist', 'out', 'node_modules', 'src/protocol/types.ts']),
  eslint.configs.recommended,
  {
    files: ['src/**/*.ts', 'test/**/*.ts'],
    ignores: ['src/*/webview/**'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: { project: ['./tsconfig.json', './test/tsconfig.json'], tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/prefer-nullish-coalescing': ['error', { ignorePrimitives: { string: true } }],
    },
  },
  {
    // Names and messages are anybody's words: what shows them takes links and icons out.
    files: ['src/**/*.ts'],
    ignores: ['src/ui/messages.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        ...['showInformationMessage', 'showWarningMessage', 'showErrorMessage', 'setStatusBarMessage'].map(
          property => ({
            property,
            message: 'Use src/ui/messages.ts.',
          }),
        ),
      ],
    },
  },
  {
    // Pages, whose types are those of a browser.
    files: ['src/*/webview/**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: { project: './src/*/webview/tsconfig.json', tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
    },
  },
  { files: ['src/*/*.ts'], rules: shared('../') },
  { files: ['src/*/*/*.ts'], rules: shared('../../') },
  {
    files: ['**/*.ts', '**/*.mjs'],
    plugins: { hgls: { rules: { 'import-order': importOrder } } },
    rules: { 'hgls/import-order': 'error' },
  },
  {
    // node:test's describe and it answer promises that the runner awaits.
    files: ['test/**/*.ts'],
    rules: { '@typescript-eslint/no-floating-promises': 'off' },
  },
  {
    files: ['test/workbench/logger.js'],
    languageOptions: { globals: { require: 'readonly', exports: 'readonly' } },
  },
  {
    files: ['**/*.mjs'],
    languageOptions: { globals: { console: 'readonly', process: 'readonly', URL: 'readonly' } },
  },
);
