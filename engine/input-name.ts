/** The name of an input of the graph, after its path in the argument; a tensor that is the whole argument has no path. */
export const inputName = (path: string): string => (path === '' ? 'input' : path);
