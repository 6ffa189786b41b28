/** A value that is made when it is first asked for. */
export interface Once<T> {
  /** The value. @throws what kept it from being made; the next call tries again */
  get(): Promise<T>;
  /** What is made or being made, if anything. */
  readonly made: Promise<T> | undefined;
}

/** Makes a value with the first call and keeps it; a failure is not kept. */
export function once<T>(make: () => Promise<T>): Once<T> {
  let made: Promise<T> | undefined;
  return {
    get() {
      made ??= make().catch((error: unknown) => {
        made = undefined;
        throw error;
      });
      return made;
    },
    get made() {
      return made;
    },
  };
}
