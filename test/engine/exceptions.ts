interface Exception {
  /** A part of the error's message. */
  readonly error: string;
  readonly why: string;
}

/** The cases of the table tests that a device is known to fail, by device and name. */
export const exceptions: Readonly<Record<string, Readonly<Record<string, Exception>>>> = {
  webgpu: {
    'pow [3,1] [1,4]': {
      error: 'running Pow node',
      why: "ONNX Runtime 1.30: Pow fails where its base has a last axis of 1 and the exponent's is a multiple of four",
    },
  },
};
