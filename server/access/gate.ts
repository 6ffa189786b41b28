import type { Request, RequestHandler } from 'express';
import { HoldfastError } from '../../base/errors.ts';
import type { Endpoint } from '../http/endpoint.ts';
import type { KeyInfo, KeyStore } from './key-store.ts';
import type { RateLimits } from './rates.ts';
import { accessOf, endpointName } from './table.ts';

/** What stands before the endpoints: who may call, and how often. */
export interface Gate {
  /** Lets through who may call this endpoint and has points left for it. */
  admit(endpoint: Endpoint): RequestHandler;
  /** Takes the points for what the fields ask for; after the body was read. */
  charge(endpoint: Endpoint): RequestHandler;
  /** The id of the key of a request that was let through with one. */
  callerOf(request: Request): string | undefined;
}

/** As long as no key was ever made, everybody may call everything: the server listens on the loopback address then. */
export function createGate(keys: KeyStore, rates: RateLimits): Gate {
  const callers = new WeakMap<Request, KeyInfo>();
  return {
    admit(endpoint) {
      const access = accessOf(endpoint);
      return async (request, response, next) => {
        if (access === 'public' || !keys.configured()) return next();
        const key = identify(request, keys);
        if (!key.roles.some((role) => access.includes(role))) {
          const message = `${endpointName(endpoint)}: the key has ${key.roles.join(', ')}, needed is ${access.join(' or ')}`;
          throw new HoldfastError('KEY_NOT_ALLOWED', message);
        }
        callers.set(request, key);
        await rates.take(key, endpoint.cost ?? 1, response);
        next();
      };
    },
    charge({ surcharge }) {
      return async (request, response, next) => {
        const key = callers.get(request);
        if (key !== undefined && surcharge !== undefined) await rates.take(key, surcharge(request), response);
        next();
      };
    },
    callerOf: (request) => callers.get(request)?.id,
  };
}

/** @throws HoldfastError KEY_MISSING, KEY_UNKNOWN */
function identify(request: Request, keys: KeyStore): KeyInfo {
  const [, text] = /^Bearer +(\S+)$/i.exec(request.get('Authorization') ?? '') ?? [];
  if (text === undefined)
    throw new HoldfastError('KEY_MISSING', 'the request has no header "Authorization: Bearer KEY"');
  const key = keys.find(text);
  if (key === undefined) throw new HoldfastError('KEY_UNKNOWN', 'the key is unknown or was revoked');
  return key;
}
