/** The bytes of a JPEG, PNG or WebP picture. In a browser a `File` is a `Blob`. */
export type ImageSource = Blob | Uint8Array | ArrayBuffer;

/** Form fields by name: objects go as JSON, `undefined` is left out. */
export type Fields = Readonly<Record<string, string | number | boolean | object | undefined>>;

/** A multipart form with the picture in the field `image`; the fields come first, so that a bad one is found early. */
export function imageForm(image: ImageSource, fields: Fields): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined) form.append(name, typeof value === 'object' ? JSON.stringify(value) : String(value));
  }
  form.append('image', asBlob(image), 'image');
  return form;
}

function asBlob(image: ImageSource): Blob {
  if (image instanceof Blob) return image;
  return new Blob([image instanceof ArrayBuffer ? image : new Uint8Array(image)]);
}
