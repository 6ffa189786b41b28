import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runKeys } from '../../../server/access/keys-command.ts';
import { png } from '../support/pictures.ts';
import { form, startTestServer, type TestFolder, testFolder } from '../support/start.ts';

let folder: TestFolder;
beforeEach(() => {
  folder = testFolder('test-1');
});
afterEach(() => folder.remove());

function keys(...args: readonly string[]): string {
  let said = '';
  runKeys(args, { HOLDFAST_DATA: folder.data }, (text) => {
    said += text;
  });
  return said.split('\n')[0] ?? '';
}

describe('a whole server', () => {
  it('does not listen where others could reach it while there are no keys, and leaves nothing open', async () => {
    await expect(startTestServer(folder.data, { host: '0.0.0.0' })).rejects.toMatchObject({ code: 'KEYS_NEEDED' });
    const server = await startTestServer(folder.data);
    expect(server.needsKeys).toBe(false);
    await server.stop();
  });

  it('takes the keys that the command makes and revokes while it runs', async () => {
    const server = await startTestServer(folder.data);
    const search = async (key?: string): Promise<number> => {
      const headers: Record<string, string> = key === undefined ? {} : { Authorization: `Bearer ${key}` };
      return (await fetch(`${server.url}/search`, { method: 'POST', headers, body: form(await png('a')) })).status;
    };
    expect(await search()).toBe(200);
    const key = keys('create', '--name', 'shop', '--role', 'search');
    expect([await search(), await search(key)]).toEqual([401, 200]);
    expect((await fetch(`${server.url}/metrics`, { headers: { Authorization: `Bearer ${key}` } })).status).toBe(403);
    keys('revoke', key.split('_')[1] ?? '');
    expect(await search(key)).toBe(401);
    expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
    await server.stop();
  });
});
