/** Bytes of an element of each type of floating-point numbers, by their names in safetensors. */
export const FLOAT_SIZES = { F64: 8, F32: 4, F16: 2, BF16: 2 } as const;
export type FloatType = keyof typeof FLOAT_SIZES;

/** Little-endian floating-point numbers as float32. Their number is that of whole elements. */
export function toFloat32(bytes: Uint8Array, type: FloatType): Float32Array {
  // A copy starts at a multiple of eight bytes, wherever the elements lay in the file.
  const { buffer } = Uint8Array.from(bytes);
  if (type === 'F32') return new Float32Array(buffer);
  if (type === 'F64') return Float32Array.from(new Float64Array(buffer));
  const words = new Uint16Array(buffer);
  const convert = type === 'F16' ? halfToNumber : bfloatToNumber;
  const values = new Float32Array(words.length);
  for (let i = 0; i < words.length; i++) values[i] = convert(words[i] as number);
  return values;
}

/** IEEE 754 binary16: one bit of sign, five of exponent, ten of fraction. */
function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

const word = new DataView(new ArrayBuffer(4));

/** bfloat16 is the upper half of a float32. */
function bfloatToNumber(bits: number): number {
  word.setUint32(0, bits * 65536);
  return word.getFloat32(0);
}
