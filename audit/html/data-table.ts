import { type Markup, markup, type Piece } from '../../base/markup.ts';

/** A column: its head, and how its cells are set. */
export interface Column {
  readonly head: string;
  /** `block`: a text that is long. */
  readonly kind?: 'number' | 'plot' | 'block';
}

/** Rows under a head of their own; the first cell of a row is its head. */
export interface RowGroup {
  readonly head?: string;
  readonly rows: readonly (readonly Piece[])[];
}

/** A table with a caption, heads of columns and rows, and rows in groups. One with plots or long texts is stacked on a narrow screen. */
export function dataTable(caption: Piece, columns: readonly Column[], groups: readonly RowGroup[]): Markup {
  const stacked = columns.some(({ kind }) => kind === 'plot' || kind === 'block');
  // A style sheet that lays rows out anew takes their meaning from them: it is said once more.
  const role = (name: string): Markup => (stacked ? markup` role="${name}"` : markup``);
  const kindOf = (at: number): Markup => {
    const kind = columns[at]?.kind;
    return kind === undefined ? markup`` : markup` class="${kind}"`;
  };
  const cell = (piece: Piece, at: number): Markup =>
    at === 0
      ? markup`<th scope="row"${role('rowheader')}>${piece}</th>`
      : markup`<td${kindOf(at)}${role('cell')} data-head="${columns[at]?.head ?? ''}">${piece}</td>`;
  const body = ({ head, rows }: RowGroup): Markup => {
    const title =
      head === undefined
        ? ''
        : markup`<tr class="rowhead"${role('row')}><th scope="rowgroup" colspan="${columns.length}"${role('rowheader')}>${head}</th></tr>`;
    const written = rows.map((row) => markup`<tr${role('row')}>${row.map(cell)}</tr>`);
    return markup`<tbody${role('rowgroup')}>${title}${written}</tbody>`;
  };
  const heads = columns.map(({ head }, at) => markup`<th scope="col"${kindOf(at)}${role('columnheader')}>${head}</th>`);
  return markup`<table${stacked ? markup` class="stacked" role="table"` : ''}><caption>${caption}</caption>
<thead${role('rowgroup')}><tr${role('row')}>${heads}</tr></thead>
${groups.map(body)}</table>`;
}
