import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HoldfastClient } from '../../../client/sdk/index.ts';
import { runSnapshot } from '../../../server/snapshots/command.ts';
import type { RunningServer } from '../../../server/start.ts';
import { png } from '../support/pictures.ts';
import { startTestServer, type TestFolder, testFolder } from '../support/start.ts';

describe('snapshots of a running server', () => {
  let place: TestFolder;
  let server: RunningServer;
  beforeAll(async () => {
    place = testFolder('test-1');
    server = await startTestServer(place.data);
  });
  afterAll(async () => {
    await server.stop();
    place.remove();
  });

  it('are made while pictures come in, have all that was acknowledged before, and bring it back', async () => {
    const client = new HoldfastClient(server.url);
    await client.addImage(await png('before'), { id: 'before' });
    let made = false;
    let written = 0;
    const writing = (async () => {
      while (!made) await client.addImage(await png(`w${written}`), { id: `w${written++}` });
    })();
    const snapshot = await client.createSnapshot();
    made = true;
    await writing;
    expect(snapshot.version).toBe('test-1');
    // The drawings of the first start, and the picture before.
    expect(snapshot.records).toBeGreaterThanOrEqual(21);
    expect(await client.snapshots()).toEqual([snapshot]);
    expect(await client.countImages()).toBe(21 + written);

    await client.removeImage('before');
    await server.stop();
    runSnapshot(['restore', snapshot.name], { HOLDFAST_DATA: place.data }, () => {});
    server = await startTestServer(place.data);
    const again = new HoldfastClient(server.url);
    expect(await again.countImages()).toBe(snapshot.records);
    expect((await again.getImage('before')).type).toBe('image/png');
    for (let i = 0; i < snapshot.records - 21; i++) expect((await again.getImage(`w${i}`)).type).toBe('image/png');
  });
});
