/** The book: docs/ as a site that asks no network for anything. `npm run book` builds it into .book/. */
import { readFileSync } from 'node:fs';
import { defineConfig } from 'vitepress';

/** Its parts, each page a file of docs/ without its ending: a new page is a word here. */
export const PARTS = {
  Begin: ['index', 'five-minutes'],
  'The experiments': ['experiments', 'seeds', 'published'],
  'How breakers work': ['breakers', 'myths', 'attribution', 'variation'],
  'Your own service': ['manifests', 'stacks', 'platforms', 'components'],
  'Before it happens': ['predict', 'fidelity', 'lint', 'lint-findings'],
  'See it': ['reports', 'play', 'alerts'],
  Reference: ['reference/keys', 'reference/components', 'glossary'],
};

/** A page is called what its first line says. */
function item(page) {
  const [first = ''] = readFileSync(
    new URL(`../../docs/${page}.md`, import.meta.url),
    'utf8',
  ).split('\n');
  return { text: first.replace(/^# /, ''), link: page === 'index' ? '/' : `/${page}` };
}

export default defineConfig({
  title: 'Circuit lab',
  description: 'Finds out before production does what an Istio circuit breaker will really do.',
  srcDir: '../docs',
  outDir: '../.book',
  cacheDir: '../node_modules/.cache/vitepress',
  // Opened from a folder or from a server's path alike.
  cleanUrls: false,
  ignoreDeadLinks: false,
  themeConfig: {
    sidebar: Object.entries(PARTS).map(([text, pages]) => ({ text, items: pages.map(item) })),
    outline: [2, 3],
    search: { provider: 'local' },
  },
});
