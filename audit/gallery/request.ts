import { z } from 'zod';
import { profiles } from '../../attack/suite/profiles.ts';

const levels = z.number().gt(0).max(255);

/** What an audit of a served gallery is asked for; the names are those of `npm run audit`. */
export const galleryRequest = z.strictObject({
  model: z.string().min(1).max(128).optional().describe('the version to judge; the one that is served by default'),
  images: z.int().min(4).max(20_000).default(1_000).describe('records that are drawn; all of them are candidates'),
  profile: z.enum(['quick', 'rob28', 'rob224']).default('quick'),
  protocol: z.enum(['exact', 'robrank']).default('exact'),
  queries: z.int().min(1).max(20_000).optional().describe("images that are attacked; the profile's, or all"),
  sample: z.int().min(1).max(512).default(64).describe('queries on which verdicts are reached'),
  seed: z.int().min(0).default(1),
  epsilon: levels.optional().describe("largest change, in 1/255; the profile's"),
  alpha: levels.optional().describe("step size, in 1/255; the profile's"),
  steps: z.int().min(1).max(1_000).optional().describe("steps of each attack; the profile's"),
  restarts: z.int().min(1).max(20).default(1).describe('runs of each attack, of which the best counts'),
  blackBox: z.int().min(2).max(2_000).default(200).describe('scores that an attack without gradients may ask for'),
});
export type GalleryRequest = z.output<typeof galleryRequest>;

/** What an audit takes at the most: steps x restarts x images that are attacked. */
export function costOf({ profile, steps, restarts, queries, images }: GalleryRequest): number {
  const chosen = profiles[profile];
  const most = queries ?? ('queries' in chosen ? chosen.queries : images);
  return (steps ?? chosen.budget.steps) * restarts * Math.min(most ?? images, images);
}
