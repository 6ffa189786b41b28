import { markdown } from '../harness.ts';
import { differences, publishedRows, TOLERANCE } from './published.ts';
import type { Results } from './store.ts';
import { bySystem, paperTable } from './table.ts';

/** The table, what it was made by, and how far it is from published rows on the same data. */
export function report({ cells, command, machine }: Results, shared: readonly string[]): string {
  const about = Object.entries(machine).map(([name, value]) => `${name} ${value}`);
  const optionOf = (option: string): string | undefined => {
    const at = shared.indexOf(option);
    return at < 0 ? undefined : shared[at + 1];
  };
  const rows = publishedRows.filter(
    ({ data, backbone }) => data === optionOf('--data') && backbone === optionOf('--backbone'),
  );
  const groups = bySystem(cells);
  const commits = [...new Set(cells.map(({ commit }) => commit))];
  const compared = rows.flatMap((row) => {
    const group = groups.get(row.system);
    if (group === undefined) return [];
    const found = differences(row, group);
    const away = found.filter(({ within }) => !within).length;
    const lines = found.map(({ column, published, measured, points, within }) => [
      column,
      String(published),
      measured.toFixed(column === 'TMA' || column === 'ES:D' ? 3 : 1),
      points.toFixed(1),
      within ? 'yes' : 'no',
    ]);
    return [
      `\n## ${row.system} beside the published row\n`,
      `${row.source}. Within ${TOLERANCE.benign} points without and ${TOLERANCE.attacks} points under an attack: ${found.length - away} of ${found.length}.\n`,
      markdown([['', 'published', 'here', 'points apart', 'within'], ...lines]),
    ];
  });
  return [
    '# Defenses compared\n',
    `\`${command}\` at commit ${commits.join(', ')}; ${about.join(', ')}.\n`,
    'Means over seeds with 95 % intervals (Student). CA, QA, recalls, mAP and NMI in percent, TMA a cosine, ES:D a distance; *steps* may be',
    'taken by an attack in training, *taken* are those that were. ERS and ARS: higher is more robust.\n',
    markdown(paperTable(cells)),
    ...compared,
    '',
  ].join('\n');
}
