/*
 * PostgreSQL's texts have no U+0000, and its JSON no half of a character. U+0001 leads in a replacement: U+0000 becomes
 * U+0001 U+0001, and U+0001 becomes U+0001 U+0002, so that the order of the code points stays.
 */

/** A text as PostgreSQL can keep it. `fromPostgres` is the inverse. */
export function toPostgres(text: string): string {
  return text.replaceAll('\u0001', '\u0001\u0002').replaceAll('\u0000', '\u0001\u0001');
}

export function fromPostgres(text: string): string {
  return text.replaceAll('\u0001\u0001', '\u0000').replaceAll('\u0001\u0002', '\u0001');
}

/**
 * A text of JSON as `jsonb` takes it, each text in it as `toPostgres` has it. Half a character, which no filter can ask for,
 * becomes one that nobody has.
 * @param json as `JSON.stringify` writes it: controls and halves of characters are escaped.
 */
export function jsonToPostgres(json: string): string {
  return json.replace(/\\(?:u0000|u0001|ud[89a-f][0-9a-f]{2}|.)/g, (found) => {
    if (found === '\\u0000') return '\\u0001\\u0001';
    if (found === '\\u0001') return '\\u0001\\u0002';
    return found.startsWith('\\ud') ? '\\ufffd\\u0001\\u0003' : found;
  });
}
