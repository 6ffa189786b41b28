import type { Tree } from './types.ts';

type IsLeaf<T> = (node: Tree<T>) => node is T;

/** The leaves of a tree with their paths (`weights/stem/kernel`), in the order of the names. */
export function flatten<T>(tree: Tree<T>, isLeaf: IsLeaf<T>, path = ''): [path: string, leaf: T][] {
  if (isLeaf(tree)) return [[path, tree]];
  return Object.entries(tree as { readonly [name: string]: Tree<T> }).flatMap(([name, child]) =>
    flatten(child, isLeaf, path === '' ? name : `${path}/${name}`),
  );
}

/** A tree of the same form with each leaf replaced. */
export function mapTree<T, U>(
  tree: Tree<T>,
  isLeaf: IsLeaf<T>,
  replace: (leaf: T, path: string) => U,
  path = '',
): Tree<U> {
  if (isLeaf(tree)) return replace(tree, path);
  const entries = Object.entries(tree as { readonly [name: string]: Tree<T> }).map(
    ([name, child]) => [name, mapTree(child, isLeaf, replace, path === '' ? name : `${path}/${name}`)] as const,
  );
  return Object.fromEntries(entries);
}
