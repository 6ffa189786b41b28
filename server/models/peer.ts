import type { ModelVersion } from '../../embedding/types.ts';
import type { Peer } from '../gallery/types.ts';
import type { Services } from '../lifecycle.ts';
import type { Served } from './served.ts';

export interface PeerSetting {
  /** @throws HoldfastError MODEL_UNKNOWN, MODEL_DAMAGED */
  readonly find: (version: string) => ModelVersion;
  readonly open: (version: ModelVersion, turn: number) => Promise<Services>;
  readonly served: Served;
}

/** Puts into service what another server promotes. */
export function createPeer({ find, open, served }: PeerSetting): Peer {
  let prepared: { readonly turn: number; readonly services: Services } | undefined;
  const prepare = async (version: string, turn: number): Promise<Services> => {
    if (prepared?.turn === turn) return prepared.services;
    await drop();
    const services = await open(find(version), turn);
    prepared = { turn, services };
    return services;
  };
  const drop = async (): Promise<void> => {
    const unused = prepared?.services;
    prepared = undefined;
    if (unused !== undefined) await served.close(unused);
  };
  return {
    prepare: async (version, turn) => void (await prepare(version, turn)),
    async take({ version, previous }, turn) {
      served.replace(await prepare(version, turn), previous);
      prepared = undefined;
    },
    drop,
  };
}
