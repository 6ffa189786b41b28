import { z } from 'zod';
import type { Picture } from '../../embedding/types.ts';

const share = z.number().min(0).max(1);

/** A box of a picture, as shares of its width and height. */
export const cropSchema = z
  .strictObject({ left: share, top: share, width: share.gt(0), height: share.gt(0) })
  .refine(({ left, width }) => left + width <= 1 + 1e-9, { path: ['width'], message: 'reaches beyond the right edge' })
  .refine(({ top, height }) => top + height <= 1 + 1e-9, {
    path: ['height'],
    message: 'reaches beyond the lower edge',
  });
export type Crop = z.infer<typeof cropSchema>;

/** The same as a field of a form: `left,top,width,height`. */
export function cropField() {
  return z
    .string({ error: 'must be given once' })
    .regex(/^[\d.]{1,12}(,[\d.]{1,12}){3}$/, 'must be left,top,width,height as shares of the picture')
    .transform((text) => {
      const [left, top, width, height] = text.split(',').map(Number);
      return { left, top, width, height };
    })
    .pipe(cropSchema)
    .meta({ type: 'string', pattern: '^left,top,width,height$' });
}

/** The pixels within a box, at least one. */
export function cropPicture(picture: Picture, { left, top, width, height }: Crop): Picture {
  const [x0, x1] = span(left, width, picture.width);
  const [y0, y1] = span(top, height, picture.height);
  const data = new Uint8Array((x1 - x0) * (y1 - y0) * 3);
  for (let y = y0; y < y1; y++) {
    const start = (y * picture.width + x0) * 3;
    data.set(picture.data.subarray(start, start + (x1 - x0) * 3), (y - y0) * (x1 - x0) * 3);
  }
  return { width: x1 - x0, height: y1 - y0, data };
}

function span(start: number, length: number, side: number): [number, number] {
  const from = Math.min(side - 1, Math.round(start * side));
  return [from, Math.min(side, Math.max(from + 1, Math.round((start + length) * side)))];
}
