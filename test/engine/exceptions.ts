interface Exception {
  /** The name of a case, which then must be refused, or a pattern of names that may be. */
  readonly cases: string | RegExp;
  /** A part of what the device says of it. */
  readonly error: string;
  readonly why: string;
}

/** The cases of the table tests that a device does not compute, or computes wrong, so that the CPU does. */
export const exceptions: Readonly<Record<string, readonly Exception[]>> = {
  // Faults of ONNX Runtime 1.30's provider, each found by running its node alone.
  webgpu: [
    {
      cases: 'pow [3,1] [1,4]',
      error: 'running Pow node',
      why: 'Pow fails where one operand has a last axis of 1 and the other one of a multiple of four',
    },
    {
      cases: /^(depthwise .* x \d+, \d+ x [2-9],|depthwiseConv2d with a multiplier$)/,
      error: 'gradient0 is off by',
      why: 'ConvTranspose of several groups computes wrong where a group has several input channels',
    },
    {
      cases: 'stridedSlice backwards',
      error: 'is off by',
      why: 'Slice with a negative step takes its elements from the end whatever its start is',
    },
    {
      cases: 'where [4] [3,4] [] of bool',
      error: 'is off by',
      why: 'And of [1,4] and [3,4] computes wrong in a graph with another And of [1,4] and [1,1]',
    },
  ],
};

/**
 * The cases that TensorFlow's kernels refuse or mean otherwise than TF.js's own `cpu` does. With them, the tables compare
 * with `cpu` also where HOLDFAST_TEST_EAGER=tensorflow asks for TensorFlow.
 */
export const tensorflowExceptions: readonly { readonly cases: RegExp; readonly why: string }[] = [
  {
    cases: / of (integers|bools?)$/,
    why: 'many of its kernels take no integers or bools, and integers divided by zero are an error',
  },
  { cases: /^floorDiv\b/, why: 'its result has the type of the operands, that of TF.js is int32' },
  { cases: /^(bitwiseAnd$|denseBincount)/, why: 'tfjs-node has no such kernel' },
  { cases: /^sparseToDense/, why: 'it wants sorted indices' },
  { cases: /^sum in (many )?segments, some of them outside/, why: 'it refuses segments outside' },
  { cases: /^gather\b/, why: 'tfjs-node looks for the axis -1 at the place -1 of the shape' },
  { cases: /^einsum bhid/, why: 'tfjs-node transposes its operands beyond their axes' },
];
