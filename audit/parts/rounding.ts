import { type RecallAttack, type Rounded, recallAttacks } from '../evidence.ts';
import type { Subject } from '../types.ts';
import { attackSample, hitsWith } from './attack-sample.ts';
import { asUploads, inEightBits } from './upload.ts';

/** What the sample finds under the attacks as scored, rounded to 8 bits, and as files that the server reads. */
export async function rounding(subject: Subject, attacks: readonly RecallAttack[] = recallAttacks): Promise<Rounded[]> {
  const found: Rounded[] = [];
  for (const attack of attacks) {
    const [asComputed, eightBits, decoded]: [number[], number[], number[]] = [[], [], []];
    await attackSample(subject, attack, async (batch) => {
      const { images } = batch.attacked;
      asComputed.push(...(await hitsWith(subject, batch, images)));
      eightBits.push(...(await hitsWith(subject, batch, inEightBits(images))));
      decoded.push(...(await hitsWith(subject, batch, await asUploads(images, subject.preprocessing))));
    });
    found.push({ attack, asComputed, eightBits, decoded });
  }
  return found;
}
