import { escapeMarkup } from '../../base/markup.ts';
import type { OpenApiDocument, Operation } from './document.ts';
import type { Schema } from './schemas.ts';

interface Field {
  readonly name: string;
  readonly place: string;
  readonly required: boolean;
  readonly schema: Schema;
}

/** The OpenAPI document as a page to read: no scripts, and the styles of the console. */
export function documentPage({ info, paths }: OpenApiDocument): string {
  const sections = Object.entries(paths).flatMap(([path, byMethod]) =>
    Object.entries(byMethod).map(([method, operation]) => section(method.toUpperCase(), path, operation)),
  );
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>${escapeMarkup(info.title)} ${escapeMarkup(info.version)}</title>
<link rel="icon" href="favicon.svg" type="image/svg+xml"><link rel="stylesheet" href="style.css"><link rel="stylesheet" href="reference.css"></head>
<body><article class="reference"><h1>${escapeMarkup(info.title)} ${escapeMarkup(info.version)}</h1>
<p>The same for programs: <a href="openapi.json">openapi.json</a>.</p>
${sections.join('\n')}</article></body></html>
`;
}

function section(method: string, path: string, operation: Operation): string {
  const access = operation['x-access'];
  const who = access === 'public' ? 'anybody' : `keys with ${access.join(', ')}`;
  const answers = Object.entries(operation.responses).map(
    ([status, { description }]) =>
      `<dt>${status}</dt><dd>${escapeMarkup(String(description)).replaceAll('\n', '<br>')}</dd>`,
  );
  return `<section><h2>${method} ${escapeMarkup(path)}</h2><p>${escapeMarkup(operation.summary)} For ${escapeMarkup(who)}.</p>
${table(fieldsOf(operation))}<dl>${answers.join('')}</dl></section>`;
}

function fieldsOf({ parameters, requestBody }: Operation): Field[] {
  const bodies = Object.entries((requestBody?.content ?? {}) as Record<string, { readonly schema: Schema }>);
  return [
    ...parameters.map(({ name, in: place, required, schema }) => ({
      name: String(name),
      place: String(place),
      required: required === true,
      schema: schema as Schema,
    })),
    ...bodies.flatMap(([type, { schema }]) => {
      const required = new Set((schema.required ?? []) as readonly string[]);
      return Object.entries((schema.properties ?? {}) as Record<string, Schema>).map(([name, one]) => ({
        name,
        place: type === 'multipart/form-data' ? 'form or query' : 'JSON',
        required: required.has(name),
        schema: one,
      }));
    }),
  ];
}

function table(fields: readonly Field[]): string {
  if (fields.length === 0) return '';
  const rows = fields.map(({ name, place, required, schema }) => {
    const otherwise = schema.default === undefined ? '' : JSON.stringify(schema.default);
    const cells = [name, place, describe(schema), required && otherwise === '' ? 'required' : otherwise];
    return `<tr>${cells.map((cell) => `<td>${escapeMarkup(cell)}</td>`).join('')}</tr>`;
  });
  const head = ['Name', 'Where', 'Value', 'Default'].map((title) => `<th scope="col">${title}</th>`).join('');
  return `<table><thead><tr>${head}</tr></thead><tbody>${rows.join('')}</tbody></table>\n`;
}

/** `integer 1 to 100`, `one of a, b`, and what the schema says in words. */
function describe({ type, enum: words, minimum, maximum, description }: Schema): string {
  const kind = Array.isArray(words) ? `one of ${words.join(', ')}` : String(type ?? 'value');
  const range = minimum === undefined || maximum === undefined ? '' : ` ${minimum} to ${maximum}`;
  return `${kind}${range}${description === undefined ? '' : `: ${description}`}`;
}
