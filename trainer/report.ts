import { formatDuration } from '../base/duration.ts';
import { table } from '../base/terminal.ts';
import type { StageReport } from './batch-report.ts';
import type { Evaluation } from './evaluate.ts';

/** One line for the terminal. @param memory resident, in bytes. */
export function progressText(report: StageReport, secondsLeft: number, memory = process.memoryUsage.rss()): string {
  const { stage, epoch, epochs, batch, batches, loss, collapseness, hardness, imagesPerSecond, waiting } = report;
  const parts = [
    `${stage.padEnd(8)} epoch ${epoch}/${epochs} step ${batch}/${batches}`,
    `loss ${loss.toFixed(4)}`,
    collapseness === undefined ? undefined : `collapseness ${collapseness.toFixed(3)}`,
    hardness === undefined ? undefined : `hardness ${hardness.toFixed(3)}`,
    `${imagesPerSecond.toFixed(imagesPerSecond < 10 ? 1 : 0)} images/s`,
    `${(100 * waiting).toFixed(0)} % waiting`,
    `${formatDuration(secondsLeft)} left`,
    `${(memory / 1e9).toFixed(1)} GB`,
  ];
  return parts.filter((part) => part !== undefined).join('  ');
}

const percent = (share: number): string => (100 * share).toFixed(1);

/** Half the width of the 95 % interval of a share of `count`, by the normal approximation, in points. */
export function halfWidth(share: number, count: number): number {
  return 100 * 1.96 * Math.sqrt((share * (1 - share)) / count);
}

/** Systems side by side, clean and attacked. */
export function comparison(systems: readonly (readonly [name: string, evaluation: Evaluation])[]): string {
  return table([
    ['', 'R@1', 'R@2', 'mAP', 'R@1 under ES', 'R@1 under ranking'],
    ...systems.map(([name, { clean, es, ranking, attacked }]) => [
      name,
      percent(clean.recallAt1),
      percent(clean.recallAt2),
      percent(clean.meanAveragePrecision),
      `${percent(es)} ± ${halfWidth(es, attacked).toFixed(1)}`,
      `${percent(ranking)} ± ${halfWidth(ranking, attacked).toFixed(1)}`,
    ]),
  ]);
}
