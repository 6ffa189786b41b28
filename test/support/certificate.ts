import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A certificate of the loopback address that nobody but itself has signed, in files. */
export interface Certificate {
  readonly certificate: string;
  readonly key: string;
  remove(): void;
}

/** Whether openssl can make one. Says so when it cannot. */
export function hasOpenssl(): boolean {
  if (spawnSync('openssl', ['version']).status === 0) return true;
  process.stderr.write('left out: tests with TLS, for there is no openssl\n');
  return false;
}

export function makeCertificate(): Certificate {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-certificate-'));
  const [certificate, key] = [join(folder, 'certificate.pem'), join(folder, 'key.pem')];
  const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  const subject = ['-subj', '/CN=loopback', '-addext', 'subjectAltName=IP:127.0.0.1'];
  const made = spawnSync('openssl', ['req', ...kind, ...subject, '-out', certificate, '-keyout', key], {
    encoding: 'utf8',
  });
  if (made.status !== 0) throw new Error(`openssl: ${made.stderr}`);
  return { certificate, key, remove: () => rmSync(folder, { recursive: true }) };
}

/** What makes a process of Node trust a certificate. */
export function trusting(certificate: string): NodeJS.ProcessEnv {
  return { ...process.env, NODE_EXTRA_CA_CERTS: certificate };
}
