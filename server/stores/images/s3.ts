import { HoldfastError } from '../../../base/errors.ts';
import { openS3Images, type S3Place } from '../../../index/shared/images/s3.ts';
import type { Environment, ImageKind } from '../types.ts';

const SHAPE = /^s3:\/\/(?<bucket>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(?<prefix>[\w.-]+(?:\/[\w.-]+)*)\/?)?\/?$/;

/** In a bucket of S3 or of what speaks its language; where and with which credentials, the variables of AWS say. */
export const inS3: ImageKind = {
  form: 's3://bucket/prefix',
  read(text, environment) {
    if (!text.startsWith('s3:')) return undefined;
    const place = placeOf(text, environment);
    return () => (owner) => openS3Images(place, owner);
  },
};

function placeOf(text: string, environment: Environment): S3Place {
  const { bucket, prefix = '' } = SHAPE.exec(text)?.groups ?? {};
  if (bucket === undefined) throw invalid(`--images is "${text}", not s3://bucket or s3://bucket/prefix`);
  const region = environment.AWS_REGION || environment.AWS_DEFAULT_REGION || 'us-east-1';
  const endpoint = environment.AWS_ENDPOINT_URL_S3 || `https://s3.${region}.amazonaws.com`;
  if (!URL.canParse(endpoint)) throw invalid(`AWS_ENDPOINT_URL_S3 is "${endpoint}", no URL`);
  const accessKeyId = environment.AWS_ACCESS_KEY_ID;
  const secretAccessKey = environment.AWS_SECRET_ACCESS_KEY;
  if (!accessKeyId || !secretAccessKey) throw invalid('--images s3: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY');
  const sessionToken = environment.AWS_SESSION_TOKEN || undefined;
  return { endpoint, region, bucket, prefix, accessKeyId, secretAccessKey, sessionToken };
}

function invalid(message: string): HoldfastError {
  return new HoldfastError('OPTION_INVALID', message);
}
