/** Proves that whatever a page is made of stays text. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { html, raw } from '../../../../lab/report/html/html.ts';
import { anyText } from '../../../support/anyText.ts';

it('escapes text and takes HTML, lists and nothing as they are', () => {
  const name = `<b title='x' data="&">`;
  expect(html`<p>${name}</p>`.text).toBe(
    '<p>&lt;b title=&#39;x&#39; data=&quot;&amp;&quot;&gt;</p>',
  );
  expect(html`${[html`<i>${1}</i>`, raw('<hr>'), null, undefined, false, 'a\n']}`.text).toBe(
    '<i>1</i><hr>a\n',
  );
});

it('leaves no way out of an element or an attribute', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      expect(html`${text}`.text).not.toMatch(/[<>"']|&(?!(amp|lt|gt|quot|#39);)/);
    }),
  );
});
