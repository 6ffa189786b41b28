/** Bits after the point of the weights: what is left of 32 for a byte and the sign. */
const PRECISION = 22;
/** Makes of a cut a rounding. */
const HALF = 1 << (PRECISION - 1);

/** Which input pixels make an output pixel along one axis, and with what weights. */
interface Taps {
  /** First input pixel of each output pixel. */
  readonly first: Int32Array;
  readonly count: Int32Array;
  /** Fixed point, `width` of them for each output pixel. */
  readonly weights: Int32Array;
  readonly width: number;
}

/**
 * Stretches a picture to `width` x `height`, bilinear with antialiasing, in the fixed-point arithmetic of PIL's `resize`, bit for
 * bit: columns first, rounded to bytes, then rows (Pillow, `Resample.c`). @param picture its data: width x height x channels bytes.
 */
export function resample(
  picture: { readonly width: number; readonly height: number; readonly data: Uint8Array },
  channels: number,
  width: number,
  height: number,
): Uint8Array {
  const { data } = picture;
  const narrow = width === picture.width ? data : alongRows(data, picture.width, picture.height, channels, width);
  return height === picture.height ? narrow : alongColumns(narrow, picture.height, width * channels, height);
}

/** Each row of `from` pixels becomes one of `to`. */
function alongRows(data: Uint8Array, from: number, rows: number, channels: number, to: number): Uint8Array {
  const taps = tapsOf(from, to);
  const result = new Uint8Array(rows * to * channels);
  for (let row = 0; row < rows; row++) {
    const source = data.subarray(row * from * channels, (row + 1) * from * channels);
    const target = result.subarray(row * to * channels, (row + 1) * to * channels);
    if (channels === 3) colourRow(source, target, taps);
    else for (let c = 0; c < channels; c++) channelRow(source, target, taps, c, channels);
  }
  return result;
}

/** One channel of a row. */
function channelRow(source: Uint8Array, target: Uint8Array, taps: Taps, channel: number, channels: number): void {
  const { first, count, weights, width } = taps;
  for (let column = 0; column < first.length; column++) {
    let [sum, from] = [HALF, (first[column] as number) * channels + channel];
    const [start, end] = [column * width, column * width + (count[column] as number)];
    for (let tap = start; tap < end; tap++, from += channels) {
      sum = (sum + Math.imul(source[from] as number, weights[tap] as number)) | 0;
    }
    target[column * channels + channel] = sum >> PRECISION;
  }
}

/** All channels of a row of colours at once: three times as fast as one after the other. */
function colourRow(source: Uint8Array, target: Uint8Array, { first, count, weights, width }: Taps): void {
  for (let column = 0; column < first.length; column++) {
    let [red, green, blue] = [HALF, HALF, HALF];
    let from = 3 * (first[column] as number);
    const [start, end] = [column * width, column * width + (count[column] as number)];
    for (let tap = start; tap < end; tap++, from += 3) {
      const weight = weights[tap] as number;
      red = (red + Math.imul(source[from] as number, weight)) | 0;
      green = (green + Math.imul(source[from + 1] as number, weight)) | 0;
      blue = (blue + Math.imul(source[from + 2] as number, weight)) | 0;
    }
    target[3 * column] = red >> PRECISION;
    target[3 * column + 1] = green >> PRECISION;
    target[3 * column + 2] = blue >> PRECISION;
  }
}

/** `from` rows of `length` bytes become `to` rows. */
function alongColumns(data: Uint8Array, from: number, length: number, to: number): Uint8Array {
  const { first, count, weights, width } = tapsOf(from, to);
  const result = new Uint8Array(to * length);
  const sums = new Int32Array(length);
  for (let row = 0; row < to; row++) {
    sums.fill(HALF);
    for (let tap = 0; tap < (count[row] as number); tap++) {
      const weight = weights[row * width + tap] as number;
      const source = ((first[row] as number) + tap) * length;
      for (let i = 0; i < length; i++) sums[i] = (sums[i] as number) + Math.imul(data[source + i] as number, weight);
    }
    for (let i = 0; i < length; i++) result[row * length + i] = (sums[i] as number) >> PRECISION;
  }
  return result;
}

/** The triangle filter, as wide as the reduction. Its weights add up to one, and none is negative, so that no sum overflows a byte. */
function tapsOf(from: number, to: number): Taps {
  const scale = from / to;
  const support = Math.max(scale, 1);
  const width = 2 * Math.ceil(support) + 1;
  const first = new Int32Array(to);
  const count = new Int32Array(to);
  const weights = new Int32Array(to * width);
  for (let i = 0; i < to; i++) {
    const centre = (i + 0.5) * scale;
    const start = Math.max(0, Math.trunc(centre - support + 0.5));
    const end = Math.min(from, Math.trunc(centre + support + 0.5));
    const exact = Array.from({ length: end - start }, (_, tap) =>
      Math.max(0, 1 - Math.abs((tap + start - centre + 0.5) / support)),
    );
    const total = exact.reduce((a, b) => a + b, 0);
    first[i] = start;
    count[i] = end - start;
    exact.forEach((weight, tap) => {
      weights[i * width + tap] = Math.trunc(0.5 + (weight / total) * 2 ** PRECISION);
    });
  }
  return { first, count, weights, width };
}
