import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** Whether a name or address is this machine and no other. */
export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[(.*)\]$/, '$1').toLowerCase();
  if (isIP(bare) === 0) return bare === 'localhost';
  return ipaddr.process(bare).range() === 'loopback';
}
