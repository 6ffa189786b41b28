import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keyFile, openKeyStore } from '../../../server/access/key-store.ts';
import { type OpenAccess, openAccess } from '../../../server/access/open.ts';
import { eventually } from '../../support/eventually.ts';
import { memoryLog } from '../support/log.ts';

let data: string;
let opened: OpenAccess[] = [];
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'holdfast-access-'));
});
afterEach(() => {
  for (const access of opened) access.close();
  opened = [];
  rmSync(data, { recursive: true });
});

const logged = memoryLog();
function open(options: Partial<Parameters<typeof openAccess>[0]> = {}): OpenAccess {
  const defaults = {
    withoutKeys: false,
    rateLimit: 10,
    redisUrl: undefined,
    origins: [],
    trustProxy: 0,
    fetchUrls: false,
  } as const;
  const access = openAccess({ ...defaults, data, host: '127.0.0.1', log: logged.log, ...options });
  opened.push(access);
  return access;
}

describe('a start without keys', () => {
  it('is for the loopback address alone', () => {
    for (const host of ['127.0.0.1', '::1', 'localhost']) expect(open({ host }).keys.configured()).toBe(false);
    for (const host of ['0.0.0.0', '::', '192.168.1.2', 'shop.example']) {
      expect(() => open({ host })).toThrow(
        expect.objectContaining({ code: 'KEYS_NEEDED', message: expect.stringContaining(host) }),
      );
    }
  });

  it('can be forced', () => {
    expect(open({ host: '0.0.0.0', withoutKeys: true }).keys.configured()).toBe(false);
  });

  it('is none once there was a key, even a revoked one', () => {
    const store = openKeyStore(keyFile(data));
    store.revoke(store.create({ name: 'a', roles: ['admin'], rate: null }).id);
    store.close();
    expect(open({ host: '0.0.0.0' }).keys.configured()).toBe(true);
  });
});

describe('points on a Redis that does not answer', () => {
  it('are counted by this server alone, and that is said once', async () => {
    const { rates } = open({ redisUrl: 'redis://127.0.0.1:1' });
    await eventually(() => expect(logged.lines).toHaveLength(1));
    const headers: string[] = [];
    const response = { set: (_name: string, value: string) => headers.push(value) };
    const take = (points: number) => rates.take({ id: 'a', rate: null }, points, response);
    await take(10);
    await expect(take(1)).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    expect(headers).toHaveLength(1);
    expect(logged.entries()).toEqual([
      expect.objectContaining({ level: 'warn', message: expect.stringContaining('alone') }),
    ]);
  });
});
