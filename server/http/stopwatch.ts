/** Takes times of parts of a request in milliseconds, with a tenth. */
export interface Stopwatch {
  /** Since the last lap, or the start. */
  lap(): number;
  total(): number;
}

export function startStopwatch(): Stopwatch {
  const start = performance.now();
  let last = start;
  const round = (milliseconds: number): number => Math.round(milliseconds * 10) / 10;
  return {
    lap() {
      const now = performance.now();
      const time = now - last;
      last = now;
      return round(time);
    },
    total: () => round(performance.now() - start),
  };
}
