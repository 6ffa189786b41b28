/** A copy of a gallery's records at one moment; the command `npm run snapshot` restores it. */
export interface Snapshot {
  readonly name: string;
  /** The model version whose gallery it is of. */
  readonly version: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly records: number;
  /** How many writes the gallery had seen. */
  readonly sequence: number;
}
