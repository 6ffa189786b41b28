import { idxDataSet } from './idx-set.ts';

/** Handwritten digits (LeCun, Cortes and Burges). */
export const mnist = idxDataSet({
  name: 'mnist',
  summary: 'handwritten digits, 28 x 28, grey; in the four IDX files of its authors',
  classes: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
  origin:
    'the four files train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte are on ' +
    'the page "The MNIST database of handwritten digits"; put them into one folder',
  counts: { train: 60000, test: 10000 },
});
