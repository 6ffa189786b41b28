const SLOTS = 16_384;

/**
 * The hash slot of a key of a Redis Cluster, which says the server that has it: CRC-16/XMODEM, modulo 16,384, of what
 * stands in the key's first braces, or of all of it.
 */
export function slotOf(key: string): number {
  return crc16(Buffer.from(tagOf(key))) % SLOTS;
}

/** The part of all slots, counted from 0, in which a slot lies when they are divided into `parts` equal ones. */
export function partOf(slot: number, parts: number): number {
  return Math.floor((slot * parts) / SLOTS);
}

function tagOf(key: string): string {
  const open = key.indexOf('{');
  const close = key.indexOf('}', open + 1);
  return open < 0 || close <= open + 1 ? key : key.slice(open + 1, close);
}

function crc16(bytes: Uint8Array): number {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 0x8000) === 0 ? crc << 1 : ((crc << 1) ^ 0x1021) & 0xffff;
  }
  return crc & 0xffff;
}
