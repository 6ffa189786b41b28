import { createServer } from 'node:http';
import type { Express } from 'express';

export interface Listening {
  readonly url: string;
  close(): void;
}

/** Has an app listen on a free port of the loopback address. */
export async function listen(app: Express): Promise<Listening> {
  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
