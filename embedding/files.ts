/** The files of a model version's folder. */
export const MANIFEST_FILE = 'model.json';
export const WEIGHTS_FILE = 'weights.safetensors';
export const SERVING_FILE = 'model.onnx';
