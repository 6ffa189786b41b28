import { describe, expect, it } from 'vitest';
import { escapeMarkup, markup } from '../../base/markup.ts';

describe('markup', () => {
  it('escapes what has a meaning between tags and in attributes', () => {
    expect(escapeMarkup(`<a href="x" title='y'>R&D</a>`)).toBe(
      '&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;R&amp;D&lt;/a&gt;',
    );
  });

  it('escapes the values of a template, and not its own text', () => {
    const name = '"><script>alert(1)</script>';
    expect(markup`<b title="${name}">${name}</b>`.markup).toBe(
      '<b title="&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;">&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;</b>',
    );
  });

  it('takes markup as it is, numbers, and lists of lists', () => {
    const items = [[markup`<li>${1.5}</li>`], '<', []];
    expect(markup`<ul>${items}</ul>`.markup).toBe('<ul><li>1.5</li>\n&lt;\n</ul>');
  });
});
