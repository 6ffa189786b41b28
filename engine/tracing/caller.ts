import * as tf from '@tensorflow/tfjs';

/** What TF.js puts behind the name of an operation when it opens a scope for it. */
const SUFFIX = '__op';

/** The operations of TF.js that are running, outermost first, and whether they belong to a gradient. */
function running(): { operations: string[]; inGradient: boolean } {
  const scopes = tf.engine().state.scopeStack.map((scope) => scope.name);
  const backward = scopes.lastIndexOf('backward');
  const forward = scopes.lastIndexOf('forward');
  const inner = scopes.slice(Math.max(backward, forward) + 1);
  const operations = inner.filter((name) => name.endsWith(SUFFIX)).map((name) => name.slice(0, -SUFFIX.length));
  return { operations, inGradient: backward > forward };
}

/** Whether one of these operations is running. */
export function isRunning(operations: ReadonlySet<string>): string | undefined {
  return running().operations.find((name) => operations.has(name));
}

/** The operation that the traced function called, in words, for messages: `tf.unique`, `a gradient (tf.fft)`. */
export function callerInWords(): string {
  const { operations, inGradient } = running();
  const [outermost] = operations;
  if (inGradient) return outermost === undefined ? 'a gradient of TF.js' : `a gradient (tf.${outermost})`;
  return outermost === undefined ? 'the traced function' : `tf.${outermost}`;
}

const READERS = ['dataSync', 'arraySync', 'bufferSync', 'data', 'array', 'bytes', 'buffer', 'toString', 'print'];

/**
 * Which method of a tensor, or which asynchronous operation, asks for values, in words. Those open no scope; their names
 * are looked for in the stack, and where they are not found, the words are general.
 */
export function readerInWords(): string {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 50;
  const stack = new Error().stack ?? '';
  Error.stackTraceLimit = limit;
  const operation = /\b(\w+Async)_? \(/.exec(stack)?.[1];
  if (operation !== undefined) return `tf.${operation}`;
  const methods = [...stack.matchAll(/\bTensor\.(\w+) \(/g)].map(([, name = '']) => name);
  const method = methods.filter((name) => READERS.includes(name)).at(-1);
  return method === undefined ? 'dataSync, arraySync or a condition on a tensor' : `tensor.${method}()`;
}
