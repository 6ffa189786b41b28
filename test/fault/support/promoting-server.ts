import { writeSync } from 'node:fs';
import { drawings, startTestServer } from '../../server/support/start.ts';

/*
 * A server in a process of its own that can be killed: says its address once it answers. Arguments: the data folder, and how many
 * drawings a first start takes.
 */
const [data = '', count = '0'] = process.argv.slice(2);
const server = await startTestServer(data, {
  model: undefined,
  shippedModels: `${data}/shipped`,
  worker: false,
  firstSources: async () => drawings(Number(count)),
});
writeSync(1, `ready ${server.url}\n`);
