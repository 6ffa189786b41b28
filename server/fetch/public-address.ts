import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/**
 * Whether an address belongs to the public internet: not private, loopback, link-local (where clouds keep their metadata),
 * carrier-grade, multicast or reserved, nor an IPv6 address that stands for an IPv4 one (mapped, NAT64, 6to4, Teredo),
 * unless it is mapped to a public one.
 */
export function isPublicAddress(address: string): boolean {
  if (isIP(address) === 0) return false;
  return ipaddr.process(address).range() === 'unicast';
}
