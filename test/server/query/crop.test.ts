import { describe, expect, it } from 'vitest';
import { cropField, cropPicture, cropSchema } from '../../../server/query/crop.ts';

/** Each pixel holds its column, its row and 7. */
function numbered(width: number, height: number) {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) data.set([x, y, 7], (y * width + x) * 3);
  return { width, height, data };
}

describe('a box of a picture', () => {
  it('is cut out of it, pixel by pixel', () => {
    const part = cropPicture(numbered(10, 4), { left: 0.2, top: 0.5, width: 0.3, height: 0.5 });
    expect([part.width, part.height]).toEqual([3, 2]);
    expect([...part.data]).toEqual([2, 2, 7, 3, 2, 7, 4, 2, 7, 2, 3, 7, 3, 3, 7, 4, 3, 7]);
  });

  it('that is the whole picture changes nothing', () => {
    const picture = numbered(7, 5);
    expect(cropPicture(picture, { left: 0, top: 0, width: 1, height: 1 })).toEqual(picture);
  });

  it('has a pixel at least, also at the far edge', () => {
    for (const left of [0, 0.5, 1]) {
      const part = cropPicture(numbered(10, 10), { left, top: left, width: 1e-6, height: 1e-6 });
      expect([part.width, part.height, part.data.length]).toEqual([1, 1, 3]);
    }
  });

  it.each([
    { left: 0.5, top: 0, width: 0.6, height: 1 },
    { left: 0, top: 0.5, width: 1, height: 0.6 },
    { left: 0, top: 0, width: 0, height: 1 },
    { left: -0.1, top: 0, width: 1, height: 1 },
    { left: 0, top: 0, width: Number.NaN, height: 1 },
    { left: 0, top: 0, width: 1 },
  ])('is refused as %j', (crop) => {
    expect(cropSchema.safeParse(crop).success).toBe(false);
  });

  it('is written in a form as four numbers', () => {
    expect(cropField().parse('0,0.25,1,0.5')).toEqual({ left: 0, top: 0.25, width: 1, height: 0.5 });
    for (const wrong of ['', '0,0,1', '0,0,1,1,1', '0,0,1,x', '0,0,1,1e5', '0,0,1,2', '.,.,.,.', '-1,0,1,1']) {
      expect(cropField().safeParse(wrong).success).toBe(false);
    }
  });
});
