import { deflateSync } from 'node:zlib';

/* A writer of MAT-files of version 5, from the format's description, for what the reader reads. */

const uint32 = (...values: number[]): Buffer => Buffer.from(Uint32Array.from(values).buffer);

/** A data element; `small` puts up to four bytes into the tag. */
export function element(type: number, data: Uint8Array, small = false): Buffer {
  if (small)
    return Buffer.concat([Buffer.from(Uint16Array.of(type, data.length).buffer), data, Buffer.alloc(4 - data.length)]);
  return Buffer.concat([uint32(type, data.length), data, Buffer.alloc((8 - (data.length % 8)) % 8)]);
}

function matrix(kind: number, shape: readonly number[], name: string, ...content: readonly Buffer[]): Buffer {
  const head = [
    element(6, uint32(kind, 0)),
    element(5, uint32(...shape)),
    element(1, Buffer.from(name), name.length <= 4 && name !== ''),
  ];
  return element(14, Buffer.concat([...head, ...content]));
}

export const double = (name: string, ...values: number[]): Buffer =>
  matrix(6, [1, values.length], name, element(9, Buffer.from(Float64Array.from(values).buffer)));

/** A number of type double, stored in one byte and in the tag, as MATLAB does with small whole numbers. */
export const small = (name: string, value: number): Buffer =>
  matrix(6, [1, 1], name, element(2, Uint8Array.of(value), true));

/** A text in two bytes a letter, as MATLAB writes it. */
export const char = (name: string, text: string): Buffer =>
  matrix(4, [1, text.length], name, element(4, Buffer.from(text, 'utf16le')));

export const cell = (name: string, ...cells: readonly Buffer[]): Buffer => matrix(1, [1, cells.length], name, ...cells);

/** An array of structures: the values of the fields, one structure after the other. */
export function struct(name: string, fields: readonly string[], ...values: readonly Buffer[]): Buffer {
  const names = Buffer.concat(
    fields.map((field) => Buffer.concat([Buffer.from(field), Buffer.alloc(32 - field.length)])),
  );
  return matrix(
    2,
    [1, values.length / fields.length],
    name,
    element(5, uint32(32), true),
    element(1, names),
    ...values,
  );
}

export const raw = matrix;

/** A file of variables, each deflated if asked for. */
export function matFile(variables: readonly Buffer[], deflated = false): Buffer {
  const header = Buffer.alloc(128, ' ');
  header.write('MATLAB 5.0 MAT-file');
  header.writeUInt16LE(0x0100, 124);
  header.write('IM', 126);
  const packed = (variable: Buffer): Buffer => {
    const data = deflateSync(variable);
    return Buffer.concat([uint32(15, data.length), data]);
  };
  return Buffer.concat([header, ...variables.map((variable) => (deflated ? packed(variable) : variable))]);
}

/** `cars_annos.mat` with these pictures and the names of the classes. */
export function carsFile(
  pictures: readonly (readonly [path: string, label: number])[],
  classes: readonly string[],
): Buffer {
  const fields = ['relative_im_path', 'bbox_x1', 'bbox_y1', 'bbox_x2', 'bbox_y2', 'class', 'test'];
  const values = pictures.flatMap(([path, label]) => [
    char('', path),
    ...[1, 2, 300, 400].map((value) => double('', value)),
    small('', label),
    small('', 0),
  ]);
  const names = classes.map((name) => char('', name));
  return matFile([struct('annotations', fields, ...values), cell('class_names', ...names)], true);
}
