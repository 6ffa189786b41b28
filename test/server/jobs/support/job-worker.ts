import { join } from 'node:path';
import { runWorker } from '../../../../server/jobs/worker.ts';
import { openQueueAt } from './queues.ts';

/** A process that does the jobs of a queue in a data folder, for the server that is named if there is one, until it is killed. */
const [place = '', data = '', server = 'http://127.0.0.1:1'] = process.argv.slice(2);
const queue = await openQueueAt(place);
const setting = { data, imports: join(data, 'imports'), server, key: undefined };
await runWorker(queue, setting, new AbortController().signal, () => {});
