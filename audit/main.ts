import { join } from 'node:path';
import { openDataFolder } from '../base/data-folder.ts';
import { HoldfastError } from '../base/errors.ts';
import { writeFileAtomic } from '../base/files.ts';
import { createRandom } from '../base/random.ts';
import { progressLine } from '../base/terminal.ts';
import { createEngine } from '../engine/index.ts';
import { writingTo } from '../trainer/run-files.ts';
import { auditVersion, explanationsFrom, type WrittenAudit } from './audit-version.ts';
import { compareReports } from './compare.ts';
import { comparisonText } from './comparison-text.ts';
import { renderComparison } from './html/comparison.ts';
import { type AuditOptions, HELP, parseAuditOptions } from './options.ts';
import { reportText } from './text.ts';

const STOPPED = Symbol('stopped by the operator');

/** The exit code that shells give to a program ended by Ctrl-C. */
const INTERRUPTED = 130;

async function run(options: AuditOptions, data: string): Promise<void> {
  openDataFolder(data);
  const abort = new AbortController();
  const stop = (): void => abort.abort(STOPPED);
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  const line = progressLine();
  const engine = await createEngine({
    device: options.device,
    threads: options.threads,
    report: (text) => line.finish(text),
  });
  const judge = (model: string | undefined): Promise<WrittenAudit> =>
    auditVersion({
      ...{ engine, data, options: { ...options, model } },
      onProgress: (text) => line.update(model === undefined ? text : `${model}: ${text}`),
      signal: abort.signal,
    });
  if (options.compare === undefined) {
    const { report, folder } = await judge(options.model);
    line.finish('');
    process.stdout.write(`${reportText(report)}\nThe report is ${join(folder, 'report.html')}\n`);
    return;
  }
  const [first, second] = [await judge(options.compare[0]), await judge(options.compare[1])];
  const comparison = compareReports(first.report, second.report, createRandom(options.seed).fork('comparison'));
  const path = join(second.folder, `against-${options.compare[0]}.html`);
  writingTo(path, () =>
    writeFileAtomic(path, renderComparison(comparison, { explanations: explanationsFrom(second.folder) })),
  );
  line.finish('');
  process.stdout.write(`${comparisonText(comparison)}\nThe comparison is ${path}\n`);
}

try {
  const options = parseAuditOptions(process.argv.slice(2), process.env);
  if (options === undefined) process.stdout.write(HELP);
  else await run(options, process.env.HOLDFAST_DATA ?? '.holdfast');
} catch (error) {
  if (error === STOPPED) {
    process.stderr.write('\nStopped. The same command goes on from there.\n');
    process.exitCode = INTERRUPTED;
  } else if (error instanceof HoldfastError) {
    process.stderr.write(`\nerror ${error.code}: ${error.message}\n${error.remedy}\n`);
    process.exitCode = 1;
  } else throw error;
}
