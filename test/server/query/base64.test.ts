import { expect, it } from 'vitest';
import { fromBase64 } from '../../../server/query/base64.ts';

it('base64 is read with or without the head of a data URL', () => {
  for (const length of [1, 2, 3, 4, 100]) {
    const bytes = Buffer.from(Array.from({ length }, (_, i) => (i * 37) % 256));
    const text = bytes.toString('base64');
    expect(fromBase64(text)).toEqual(bytes);
    expect(fromBase64(`data:image/png;base64,${text}`)).toEqual(bytes);
  }
});

it.each(['', 'A', 'AAA', 'AAA=A', 'AA*A', 'AAAA\n', ' AAAA', '====', 'data:text/html;base64,AAAA', 'ÄÄÄÄ'])(
  '%j is none',
  (text) => {
    expect(fromBase64(text)).toBeUndefined();
  },
);
