import { expect, it } from 'vitest';
import { isPublicAddress } from '../../../server/fetch/public-address.ts';

it.each(['8.8.8.8', '93.184.216.34', '2606:2800:220:1::1', '::ffff:8.8.8.8'])('%s is public', (address) => {
  expect(isPublicAddress(address)).toBe(true);
});

it.each([
  ['private', '10.1.2.3'],
  ['private', '172.16.0.1'],
  ['private', '172.31.255.255'],
  ['private', '192.168.0.1'],
  ['loopback', '127.0.0.1'],
  ['loopback', '127.255.255.254'],
  ['loopback', '::1'],
  ['unspecified', '0.0.0.0'],
  ['unspecified', '::'],
  ['this network', '0.1.2.3'],
  ['link-local, metadata', '169.254.169.254'],
  ['link-local', 'fe80::1'],
  ['carrier-grade, metadata', '100.100.100.200'],
  ['unique local, metadata', 'fd00:ec2::254'],
  ['multicast', '224.0.0.1'],
  ['multicast', 'ff02::1'],
  ['broadcast', '255.255.255.255'],
  ['reserved', '240.0.0.1'],
  ['documentation', '203.0.113.7'],
  ['documentation', '2001:db8::1'],
  ['benchmarking', '198.18.0.1'],
  ['mapped loopback', '::ffff:127.0.0.1'],
  ['mapped loopback in hexadecimal', '::ffff:7f00:1'],
  ['mapped metadata', '::ffff:169.254.169.254'],
  ['NAT64 of a private one', '64:ff9b::10.0.0.1'],
  ['6to4 of a private one', '2002:0a00:0001::'],
  ['Teredo', '2001:0:4136:e378::1'],
  ['no address', 'localhost'],
  ['no address', ''],
  ['an address with a zone', 'fe80::1%eth0'],
])('%s is not: %s', (_, address) => {
  expect(isPublicAddress(address)).toBe(false);
});
