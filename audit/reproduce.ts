import { type Profile, profiles } from '../attack/suite/profiles.ts';
import type { Budget } from '../attack/types.ts';
import type { AuditReport } from './types.ts';

type Options = Readonly<Record<string, string | number>>;

/** The command that makes a report once more: what was asked for, and whatever of the budget its profile does not say. */
export function auditCommand(report: AuditReport): string {
  if (report.data.split === 'gallery') return galleryCommand(report);
  const { model, data, setting, evidence, queries } = report;
  const { profile, protocol, budget, seed, blackBoxQueries, device } = setting;
  const options: Options = {
    model: model.version,
    data: data.name,
    ...(data.split === 'validation' && { split: data.split }),
    profile,
    protocol,
    ...(queries.length < data.images && { queries: queries.length }),
    sample: evidence.rows.length,
    'black-box': blackBoxQueries,
    seed,
    ...changesOf(profile, budget),
    ...(evidence.twin && { twin: evidence.twin.version }),
    ...(evidence.transfer && { transfer: evidence.transfer.from }),
    device,
  };
  const words = Object.entries(options).map(([name, value]) => `--${name} ${value}`);
  return ['npm run audit --', ...words, ...(report.benign.nmi === null ? ['--no-nmi'] : [])].join(' ');
}

/** A gallery is audited by the server that has it, and may have changed since. */
function galleryCommand({ model, data, setting, evidence, queries }: AuditReport): string {
  const { profile, protocol, budget, seed, blackBoxQueries: blackBox } = setting;
  const { epsilon, alpha, steps, restarts } = optionsOf(budget);
  const asked = { model: model.version, images: data.images, profile, protocol, queries: queries.length };
  const body = { ...asked, sample: evidence.rows.length, blackBox, seed, epsilon, alpha, steps, restarts };
  return `curl -H 'Content-Type: application/json' -d '${JSON.stringify(body)}' http://127.0.0.1:8080/audits`;
}

/** What a budget has other than the profile that it began with. */
function changesOf(name: string, budget: Budget): Options {
  const known: Readonly<Record<string, Profile>> = profiles;
  const [from, to] = [known[name]?.budget, budget].map((one) => one && optionsOf(one));
  return Object.fromEntries(Object.entries(to ?? {}).filter(([option, value]) => from?.[option] !== value));
}

function optionsOf({ epsilon, alpha, steps, restarts = 1, norm = 'linf', stepRule = 'fixed' }: Budget): Options {
  const levels = (pixels: number): number => Number((255 * pixels).toPrecision(12));
  return { epsilon: levels(epsilon), alpha: levels(alpha), steps, restarts, norm, 'step-rule': stepRule };
}
