import type { Verdict } from './types.ts';
import { verdictIds, verdictTitles } from './verdict-titles.ts';
import { listed } from './verdicts/words.ts';

/** What the verdicts together say of the scores; a score is shown nowhere without it. */
export interface Standing {
  readonly raised: readonly Verdict[];
  readonly unchecked: readonly Verdict[];
  readonly holds: readonly Verdict[];
  /** Of all together; raised as well where nothing could be checked. */
  readonly state: Verdict['state'];
  /** Whether the scores may be believed so far: something was checked and nothing is raised. */
  readonly believable: boolean;
  /** One sentence. */
  readonly headline: string;
  /** A few words, to stand beside a score. */
  readonly brief: string;
}

/** Sorts verdicts by state. One that is missing counts as unchecked. */
export function standingOf(verdicts: readonly Verdict[]): Standing {
  const all = verdictIds.map((id) => verdicts.find((verdict) => verdict.id === id) ?? missing(id));
  const of = (state: Verdict['state']): Verdict[] => all.filter((verdict) => verdict.state === state);
  const sorted = { raised: of('raised'), unchecked: of('unchecked'), holds: of('holds') };
  const believable = sorted.raised.length === 0 && sorted.holds.length > 0;
  const state = !believable ? 'raised' : sorted.unchecked.length > 0 ? 'unchecked' : 'holds';
  return { ...sorted, state, believable, headline: headlineOf(sorted), brief: briefOf(sorted) };
}

type Sorted = Pick<Standing, 'raised' | 'unchecked' | 'holds'>;

function missing(id: Verdict['id']): Verdict {
  return { id, state: 'unchecked', claim: `${verdictTitles[id]}.`, finding: 'This check was not made.' };
}

function headlineOf({ raised, unchecked, holds }: Sorted): string {
  const total = raised.length + unchecked.length + holds.length;
  if (raised.length > 0) {
    const names = listed(raised.map(({ id }) => `“${verdictTitles[id]}”`));
    return `Not to be believed before ${names} ${raised.length === 1 ? 'is' : 'are'} explained.`;
  }
  if (holds.length === 0) return `Not to be believed: none of the ${total} verdicts has been reached.`;
  if (unchecked.length > 0) return `No verdict is raised; ${unchecked.length} of ${total} could not be checked.`;
  return `All ${total} verdicts hold.`;
}

function briefOf({ raised, unchecked, holds }: Sorted): string {
  if (raised.length > 0) return `not to be believed: ${raised.length} raised`;
  if (holds.length === 0) return 'not to be believed: none checked';
  return `${holds.length} verdicts hold${unchecked.length > 0 ? `, ${unchecked.length} unchecked` : ''}`;
}
