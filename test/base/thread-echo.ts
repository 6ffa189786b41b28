import { parentPort, workerData } from 'node:worker_threads';
import { type ErrorCode, HoldfastError } from '../../base/errors.ts';

const code: ErrorCode = new HoldfastError('INTERNAL', 'only its code is used').code;
parentPort?.postMessage({ data: workerData, environment: process.env.HOLDFAST_THREAD_TEST, code });
