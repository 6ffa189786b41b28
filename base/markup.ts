/** HTML or SVG, which is put into other markup as it is. */
export interface Markup {
  readonly markup: string;
}

/** What a template takes: text and numbers are escaped, markup and lists of it are not. */
export type Piece = Markup | string | number | readonly Piece[];

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** A text as it stands in HTML and SVG, between tags or in a quoted attribute. */
export function escapeMarkup(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => ESCAPES[sign] as string);
}

/** A template whose values are escaped: text cannot become markup by being forgotten. */
export function markup(texts: TemplateStringsArray, ...pieces: readonly Piece[]): Markup {
  return { markup: texts.map((text, i) => text + written(pieces[i] ?? '')).join('') };
}

function written(piece: Piece): string {
  if (typeof piece === 'string') return escapeMarkup(piece);
  if (typeof piece === 'number') return String(piece);
  return 'markup' in piece ? piece.markup : piece.map(written).join('\n');
}
