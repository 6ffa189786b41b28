import { writeSync } from 'node:fs';
import { openPostgresImages } from '../../../index/shared/postgres/images.ts';
import { memoryVectors } from '../../index/shared/support/memory-vectors.ts';
import { drawings, startTestServer } from '../../server/support/start.ts';

/*
 * A server of a shared gallery in a process of its own that can be killed: says its address once it answers. Arguments: the data folder,
 * that of the models, the database, how many drawings a first start takes. The store of vectors is this process's own and proposes
 * nothing to others: galleries as small as this are scanned.
 */
const [data = '', shippedModels = '', records = '', count = '0'] = process.argv.slice(2);
const server = await startTestServer(data, {
  model: undefined,
  shippedModels,
  worker: false,
  firstSources: async () => drawings(Number(count)),
  stores: {
    records,
    vectors: () => memoryVectors().open,
    images: (database) => (owner) => openPostgresImages(database, owner),
  },
});
writeSync(1, `ready ${server.url}\n`);
