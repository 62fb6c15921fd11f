/** What every page has around it: its style, its script, and a policy by which it can ask for nothing. */
import { readFileSync } from 'node:fs';
import { html, type Html, raw } from './html.ts';

/** Whatever a page might ask for is refused by the browser too. */
const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:";

/** @returns a whole HTML document */
export function wholeDocument(title: string, content: Html): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${POLICY}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        <style>
          ${raw(asset('page.css'))}
        </style>
      </head>
      <body>
        ${content}
        <script type="module">
          ${raw(asset('page.js'))};
        </script>
      </body>
    </html> `.text;
}

function asset(name: string): string {
  return readFileSync(new URL(name, import.meta.url), 'utf8');
}

/** The end of a page, and what its marks tell of themselves in. */
export function footer(made: string): Html {
  return html`<footer>${made}; nothing in this page was fetched.</footer>
    <div id="tip" role="tooltip" hidden></div>`;
}
