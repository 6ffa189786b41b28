import { type Markup, markup } from '../../base/markup.ts';
import { style } from './style.ts';

/** Forbids scripts and whatever would be loaded: the page is what it holds. */
export const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

/** A whole document with the style of the reports. */
export function documentOf(title: string, body: Markup): string {
  const { markup: text } = markup`<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${{ markup: style }}</style></head>
<body><main>
${body}
</main></body></html>
`;
  return text;
}
