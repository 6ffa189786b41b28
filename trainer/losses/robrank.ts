import type { Metric } from '../types.ts';
import type { MinedLossOptions } from './mined.ts';

/** The options of one of RobRank's names without their last letter, for each metric that it has. */
function inMetrics(name: string, metrics: string, options: Omit<MinedLossOptions, 'metric'>) {
  return Object.fromEntries(
    [...metrics].map((metric) => [`${name}${metric}`, { ...options, metric: metric as Metric }]),
  );
}

/**
 * What RobRank's and CA-TRIDE's code, and papers after them, call the losses: `p`, a letter for the miner, the loss, the metric
 * (specification of the method, sections 3.2 and 3.3). In the corrected reading; `reading: 'released'` beside them gives what that
 * code computes.
 */
export const robRankLosses: Readonly<Record<string, MinedLossOptions>> = {
  ...inMetrics('ptriplet', 'ENC', { loss: 'triplet', miner: 'random' }),
  ...inMetrics('pmtriplet', 'ENC', { loss: 'triplet', miner: 'semihard' }),
  ...inMetrics('pstriplet', 'ENC', { loss: 'triplet', miner: 'softhard' }),
  ...inMetrics('phtriplet', 'ENC', { loss: 'triplet', miner: 'hard' }),
  ...inMetrics('pgtriplet', 'N', { loss: 'triplet', miner: 'ghard' }),
  ...inMetrics('pdtriplet', 'N', { loss: 'triplet', miner: 'distance' }),
  ...inMetrics('pDtriplet', 'N', { loss: 'triplet', miner: 'distance', pSwitch: 0.15 }),
  ...inMetrics('ptripxa', 'N', { loss: 'triplet-detached', miner: 'random' }),
  ...inMetrics('pcontrast', 'ENC', { loss: 'contrastive', miner: 'random' }),
  ...inMetrics('pdcontrast', 'N', { loss: 'contrastive', miner: 'distance' }),
  ...inMetrics('pDcontrast', 'N', { loss: 'contrastive', miner: 'distance', pSwitch: 0.15 }),
  ...inMetrics('pmargin', 'ENC', { loss: 'margin', miner: 'random' }),
  ...inMetrics('pdmargin', 'N', { loss: 'margin', miner: 'distance' }),
  ...inMetrics('psnr', 'EN', { loss: 'snr', miner: 'random' }),
  ...inMetrics('pquad', 'ENC', { loss: 'quadruplet', miner: 'random' }),
  ...inMetrics('pdquad', 'N', { loss: 'quadruplet', miner: 'distance' }),
  ...inMetrics('prhom', 'ENC', { loss: 'rhomboid', miner: 'random' }),
  ...inMetrics('pgil', 'ENC', { loss: 'gil', miner: 'random' }),
  ...inMetrics('pice', 'C', { loss: 'infonce', miner: 'random' }),
  ...inMetrics('pglift', 'ENC', { loss: 'lifted', miner: 'lifted' }),
  ...inMetrics('pnpair', 'ENC', { loss: 'npair', miner: 'npair' }),
  ...inMetrics('pms', 'NC', { loss: 'multisimilarity', miner: 'multisimilarity' }),
};
