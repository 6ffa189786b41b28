/** Of the vectors of the fault tests. */
export const DIMENSION = 24;

/** What must be in a snapshot that was begun at some moment, and what must not. */
export interface Moment {
  readonly present: ReadonlySet<string>;
  readonly gone: ReadonlySet<string>;
}

/** What a writer said before it died: what must be there, what must not, and what may be either. */
export class Ledger {
  readonly present = new Set<string>();
  readonly gone = new Set<string>();
  /** The ids of each addition that was begun: all of one are there, or none. */
  readonly batches: string[][] = [];
  /** The snapshots that were acknowledged, and what there was when each was begun. */
  readonly snapshots = new Map<string, Moment>();
  private readonly lines = new Map<string, number>();
  private leaving = new Set<string>();
  private begun: Moment = { present: new Set(), gone: new Set() };

  read(line: string): void {
    const [verb = '', ...ids] = line.split(' ');
    this.lines.set(verb, this.said(verb) + 1);
    if (verb === 'adding') this.batches.push(ids);
    if (verb === 'removing') this.leaving = new Set(ids);
    if (verb === 'snapshotting') this.begun = { present: new Set(this.present), gone: new Set(this.gone) };
    if (verb === 'snapshotted') for (const name of ids) this.snapshots.set(name, this.begun);
    if (verb === 'added') for (const id of ids) this.present.add(id);
    if (verb === 'removed') for (const id of ids) this.forget(id);
  }

  /** How many lines began with this verb. */
  said(verb: string): number {
    return this.lines.get(verb) ?? 0;
  }

  /** Whether its removal was begun, acknowledged or not. */
  isLeaving(id: string): boolean {
    return this.leaving.has(id) || this.gone.has(id);
  }

  private forget(id: string): void {
    this.present.delete(id);
    this.gone.add(id);
  }
}
