import type { AuditReport } from './types.ts';

/** The command that makes a report once more. */
export function auditCommand({ model, data, setting }: Pick<AuditReport, 'model' | 'data' | 'setting'>): string {
  const { profile, protocol, seed, device } = setting;
  const options = { model: model.version, data: data.name, profile, protocol, seed, device };
  return `npm run audit -- ${Object.entries(options)
    .map(([name, value]) => `--${name} ${value}`)
    .join(' ')}`;
}
