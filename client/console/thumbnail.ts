import type { Sample } from '../sdk/index.ts';
import { connect } from './connection.ts';
import { h } from './dom.ts';
import { storedKey } from './key.ts';

type Shown = Pick<Sample, 'id' | 'thumbnail'>;

/** The stored picture of a record. */
export function thumbnail(record: Shown, alt: string): HTMLImageElement {
  const image = h('img', { alt, loading: 'lazy' });
  showRecord(image, record);
  return image;
}

/** Puts the stored picture of a record into an image. An image cannot send a key by itself, so with one it is fetched. */
export function showRecord(image: HTMLImageElement, { id, thumbnail: path }: Shown): void {
  image.dataset.record = id;
  if (storedKey() === undefined) {
    image.src = path;
    return;
  }
  connect()
    .getImage(id)
    .then((picture) => {
      // It may show another record by now.
      if (image.dataset.record !== id) return;
      const address = URL.createObjectURL(picture);
      image.addEventListener('load', () => URL.revokeObjectURL(address), { once: true });
      image.src = address;
    })
    // Its name stands in for a picture that does not come.
    .catch(() => image.removeAttribute('src'));
}
