import type { ProbeAnswer } from '../sdk/index.ts';
import { attackView } from './attack-view.ts';
import { outcomeTable } from './outcome-table.ts';

/** What a probe did: its attacks side by side where there are several, then each by itself. */
export function probeView(probe: ProbeAnswer): Node[] {
  const each = probe.attacks.map((attack) => attackView(probe, attack));
  return each.length > 1 ? [outcomeTable(probe), ...each] : each;
}
