import { type Markup, markup } from '../../base/markup.ts';
import { setWords, whole } from '../format.ts';
import type { AuditReport } from '../types.ts';

/** Which model, on which data, how and when. */
export function header({ model, data, setting, queries, createdAt }: AuditReport): Markup {
  const facts = [
    markup`${setWords(data)}: ${whole(data.images)} images of ${whole(data.classes)} classes`,
    markup`${whole(queries.length)} queries attacked`,
    markup`profile ${setting.profile}, protocol ${setting.protocol}`,
    markup`<time datetime="${createdAt}">${dateWords(createdAt)}</time>`,
  ];
  return markup`<header><p class="eyebrow">Robustness audit</p>
<h1>${model.version}</h1>
<ul class="facts"><li>${model.backbone} network</li>${facts.map((fact) => markup`<li>${fact}</li>`)}</ul></header>`;
}

/** `2026-11-28, 04:05 UTC`. */
export function dateWords(createdAt: string): string {
  return `${createdAt.slice(0, 10)}, ${createdAt.slice(11, 16)} UTC`;
}
