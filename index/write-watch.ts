/** Follows which records change, for who would have to walk a gallery again otherwise. */
export interface WriteWatch {
  /** The ids of all that may have changed since the watch began; undefined where they are too many, or nobody noted them. */
  ids(): Promise<ReadonlySet<string> | undefined>;
  /** Lets go of what it noted. */
  end(): void;
}

/** What is being written to a gallery, and who watches. */
export interface Writes {
  /** Notes the ids while they are being written. */
  during<T>(ids: readonly string[], write: Promise<T>): Promise<T>;
  /** Begins with what is being written now. */
  watch(): WriteWatch;
}

/** Of so many a look at each takes as long as a walk over a large gallery. */
export const MOST_CHANGES = 10_000;

/** All writes must come by here. @param most ids that a watch keeps */
export function createWrites(most = MOST_CHANGES): Writes {
  const going = new Set<readonly string[]>();
  const watches = new Set<(ids: readonly string[]) => void>();
  return {
    async during(ids, write) {
      going.add(ids);
      for (const note of watches) note(ids);
      try {
        return await write;
      } finally {
        going.delete(ids);
      }
    },
    watch() {
      const noted = new Set<string>();
      let complete = true;
      const note = (ids: readonly string[]): void => {
        if (complete) for (const id of ids) noted.add(id);
        if (noted.size <= most) return;
        complete = false;
        noted.clear();
      };
      for (const ids of going) note(ids);
      watches.add(note);
      return { ids: async () => (complete ? new Set(noted) : undefined), end: () => void watches.delete(note) };
    },
  };
}
