/** Measures a stretch of training. */
export interface SpeedMeter {
  count(images: number): void;
  seconds(): number;
  imagesPerSecond(): number;
  /** Share of the time that was spent waiting for images, 0 to 1. */
  waiting(): number;
}

export function speedMeter(
  source: { readonly waited: number },
  now: () => number = () => performance.now(),
): SpeedMeter {
  const [started, waitedBefore] = [now(), source.waited];
  let images = 0;
  const seconds = (): number => (now() - started) / 1000;
  return {
    count(more) {
      images += more;
    },
    seconds,
    imagesPerSecond: () => images / seconds(),
    waiting: () => Math.min(1, (source.waited - waitedBefore) / seconds()),
  };
}
