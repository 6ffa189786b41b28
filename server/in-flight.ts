/** What is going on now, and what must wait for it. */
export interface InFlight {
  /** Something begins; call what comes back when it has ended. */
  enter(): () => void;
  /** Resolves when all that is going on now has ended; what begins later is not waited for. */
  drained(): Promise<void>;
}

export function createInFlight(): InFlight {
  const running = new Set<Promise<void>>();
  return {
    enter() {
      let leave: () => void = () => {};
      const ended = new Promise<void>((resolve) => {
        leave = resolve;
      });
      running.add(ended);
      return () => {
        running.delete(ended);
        leave();
      };
    },
    async drained() {
      await Promise.all(running);
    },
  };
}

/** Many may share it, or one has it alone; who wants it alone goes before those who come after. */
export interface SharedLock {
  /** Resolves with what gives it back. */
  share(): Promise<() => void>;
  alone<T>(work: () => Promise<T>): Promise<T>;
}

export function createSharedLock(): SharedLock {
  const sharing = createInFlight();
  let closed: Promise<void> | undefined;
  return {
    async share() {
      while (closed !== undefined) await closed;
      return sharing.enter();
    },
    async alone(work) {
      while (closed !== undefined) await closed;
      let open: () => void = () => {};
      closed = new Promise((resolve) => {
        open = resolve;
      });
      try {
        await sharing.drained();
        return await work();
      } finally {
        closed = undefined;
        open();
      }
    },
  };
}
