import { describe, expect, it } from 'vitest';
import { dataTable } from '../../../audit/html/data-table.ts';
import { markup } from '../../../base/markup.ts';

describe('a table', () => {
  it('has a caption, heads of columns, and a head for each row', () => {
    const { markup: html } = dataTable(
      'Recall',
      [{ head: 'Attack' }, { head: 'R@1', kind: 'number' }],
      [{ rows: [['ES', '12.5']] }],
    );
    expect(html.replaceAll('\n', '')).toBe(
      '<table><caption>Recall</caption><thead><tr><th scope="col">Attack</th><th scope="col" class="number">R@1</th></tr></thead>' +
        '<tbody><tr><th scope="row">ES</th><td class="number" data-head="R@1">12.5</td></tr></tbody></table>',
    );
  });

  it('keeps its roles when it is stacked on a narrow screen', () => {
    const { markup: html } = dataTable(
      'Recall',
      [{ head: 'Attack' }, { head: 'Plot', kind: 'plot' }],
      [{ head: 'Square', rows: [['ES', markup`<svg></svg>`]] }],
    );
    for (const role of ['table', 'rowgroup', 'row', 'columnheader', 'rowheader', 'cell'])
      expect(html).toContain(`role="${role}"`);
    expect(html).toContain('<th scope="rowgroup" colspan="2" role="rowheader">Square</th>');
  });
});
