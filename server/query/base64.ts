/** The bytes of a base64 text, with or without the head of a data URL; undefined when it is none. */
export function fromBase64(text: string): Uint8Array | undefined {
  const digits = text.replace(/^data:image\/[a-z.+-]{1,20};base64,/, '');
  const padding = digits.endsWith('==') ? 2 : digits.endsWith('=') ? 1 : 0;
  const bytes = Buffer.from(digits, 'base64');
  // Node skips what is no digit: it is missing then.
  const whole = digits.length % 4 === 0 && bytes.length === (digits.length / 4) * 3 - padding;
  return whole && bytes.length > 0 ? bytes : undefined;
}
