import { encodePng } from '../../../embedding/encode.ts';

/** A colour of a pixel: red, green and blue from 0 to 1. */
export type Colour = readonly [number, number, number];

/** A square PNG as a data URL, each pixel of it from its place from -1 to 1. */
export async function tinyPicture(size: number, paint: (x: number, y: number) => Colour): Promise<string> {
  const data = new Uint8Array(3 * size * size);
  for (let i = 0; i < size * size; i++) {
    const place = (at: number): number => (2 * (at + 0.5)) / size - 1;
    const colour = paint(place(i % size), place(Math.floor(i / size)));
    colour.forEach((value, channel) => {
      data[3 * i + channel] = Math.round(255 * Math.min(1, Math.max(0, value)));
    });
  }
  const png = await encodePng({ width: size, height: size, data });
  return `data:image/png;base64,${Buffer.from(png).toString('base64')}`;
}
