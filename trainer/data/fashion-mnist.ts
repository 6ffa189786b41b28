import { idxDataSet } from './idx-set.ts';

/** Pictures of clothes (Xiao, Rasul and Vollgraf, 2017). */
export const fashionMnist = idxDataSet({
  name: 'fashion-mnist',
  summary: 'clothes, 28 x 28, grey; Debian has it as the package dataset-fashion-mnist',
  classes: ['T-shirt/top', 'Trouser', 'Pullover', 'Dress', 'Coat', 'Sandal', 'Shirt', 'Sneaker', 'Bag', 'Ankle boot'],
  usualFolder: '/usr/share/datasets/fashion-mnist',
  origin:
    'install the Debian package dataset-fashion-mnist, or put the four IDX files of the project Fashion-MNIST by Zalando Research ' +
    'into one folder',
  counts: { train: 60000, test: 10000 },
});
