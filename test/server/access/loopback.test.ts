import { expect, it } from 'vitest';
import { isLoopback } from '../../../server/access/loopback.ts';

it.each(['127.0.0.1', '127.8.9.10', '::1', '[::1]', 'localhost', 'LOCALHOST', '::ffff:127.0.0.1'])(
  '%s is this machine',
  (host) => {
    expect(isLoopback(host)).toBe(true);
  },
);

it.each([
  '0.0.0.0',
  '::',
  '10.0.0.1',
  '192.168.1.1',
  'example.org',
  'localhost.example.org',
  '127.0.0.1.example.org',
  '1.27.0.0',
  '',
])('%s is not', (host) => {
  expect(isLoopback(host)).toBe(false);
});
