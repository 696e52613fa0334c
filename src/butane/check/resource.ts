import { byteLength } from '../byte-text.ts';
import { dataUrlProblem } from '../go/data-url.ts';
import { parseUrl } from '../go/url.ts';
import { type Struct, structOf, structsOf, textOf, textOrEmpty } from '../schema/value.ts';
import { SENTENCES } from '../sentences.ts';
import type { CheckContext, Checks } from './walk.ts';

export const RESOURCE_CHECKS: Checks = {
  Resource: checkResource,
  /** Before Ignition 3.1 a file's contents had no headers, and references nothing but a source. */
  FileContents: checkResource,
  ConfigReference({ struct, path, findings, minor }) {
    findings.error([...path, 'source'], optionalSourceProblem(textOf(struct, 'source'), minor));
  },
  CaReference({ struct, path, findings, minor }) {
    findings.error([...path, 'source'], sourceProblem(textOrEmpty(struct, 'source'), minor));
  },

  IgnitionConfig({ struct, path, findings, minor }) {
    if (minor === 0) return;
    for (const [i, resource] of structsOf(struct, 'merge').entries()) {
      findings.error([...path, 'merge', i], requiredSourceProblem(resource, minor));
    }
  },
  TLS({ struct, path, findings, minor }) {
    if (minor === 0) return;
    for (const [i, resource] of structsOf(struct, 'certificateAuthorities').entries()) {
      findings.error([...path, 'certificateAuthorities', i], requiredSourceProblem(resource, minor));
    }
  },

  Verification({ struct, path, findings, minor }) {
    const hash = textOf(struct, 'hash');
    if (hash !== undefined) findings.error([...path, 'hash'], hashProblem(hash, minor));
  },

  HTTPHeader({ struct, path, findings }) {
    if (textOrEmpty(struct, 'name') === '') findings.error([...path, 'name'], SENTENCES.emptyHeaderName);
    if (textOf(struct, 'value') === '') findings.error([...path, 'value'], SENTENCES.badHeader);
  },

  Proxy(context) {
    checkProxy(context, 'httpProxy');
    checkProxy(context, 'httpsProxy');
  },
};

/** What is wrong with the place that content comes from; undefined if nothing is. */
export function sourceProblem(source: string, minor: number): string | undefined {
  // What we encode ourselves is right, and long.
  if (
    OWN_DATA_URL.test(source) &&
    (!source.startsWith(BASE64) || (source.length - BASE64.length) % 4 === 0)
  ) {
    return undefined;
  }
  const url = parseUrl(source);
  if (!url) return SENTENCES.badUrl;
  switch (url.scheme) {
    case 'http':
    case 'https':
    case 'tftp':
      return undefined;
    case 'gs':
      return minor >= 2 ? undefined : SENTENCES.badScheme;
    case 's3':
      return url.query.get('versionId') === '' ? SENTENCES.badS3Version : undefined;
    case 'arn':
      return minor >= 4 ? arnProblem(url) : SENTENCES.badScheme;
    case 'data':
      return dataUrlProblem(source);
    default:
      return SENTENCES.badScheme;
  }
}

const BASE64 = 'data:;base64,';

// No groups that repeat: they would need stack for each of millions of characters.
const OWN_DATA_URL = /^data:(?:,[A-Za-z0-9\-_.!~*'()]*|;base64,[A-Za-z0-9+/]*={0,2})$/;

function arnProblem(url: NonNullable<ReturnType<typeof parseUrl>>): string | undefined {
  const arn = `arn:${url.opaque}`;
  const sections = arn.split(':');
  if (sections.length < 6 || sections[2] !== 's3') return SENTENCES.badS3Arn;
  const resource = sections.slice(5).join(':');
  const parts = arn.split('/').length;
  if (parts < (resource.startsWith('accesspoint/') ? 3 : 2)) return SENTENCES.badS3Arn;
  return url.query.get('versionId') === '' ? SENTENCES.badS3Version : undefined;
}

function optionalSourceProblem(source: string | undefined, minor: number): string | undefined {
  return source === undefined || source === '' ? undefined : sourceProblem(source, minor);
}

function requiredSourceProblem(resource: Struct, minor: number): string | undefined {
  const source = textOrEmpty(resource, 'source');
  return source === '' ? SENTENCES.sourceRequired : sourceProblem(source, minor);
}

function checkResource({ struct, path, findings, minor }: CheckContext): void {
  const compression = textOrEmpty(struct, 'compression');
  if (compression !== '' && compression !== 'gzip') {
    findings.error([...path, 'compression'], SENTENCES.badCompression);
  }
  const source = textOf(struct, 'source');
  if (textOf(structOf(struct, 'verification'), 'hash') !== undefined && source === undefined) {
    findings.error([...path, 'verification', 'hash'], SENTENCES.hashWithoutSource);
  }
  findings.error([...path, 'source'], optionalSourceProblem(source, minor));
  findings.error([...path, 'httpHeaders'], headersProblem(struct));
}

function headersProblem(struct: Struct): string | undefined {
  if (structsOf(struct, 'httpHeaders').length === 0) return undefined;
  const source = textOrEmpty(struct, 'source');
  const url = source === '' ? undefined : parseUrl(source);
  if (!url) return SENTENCES.badUrl;
  return url.scheme === 'http' || url.scheme === 'https' ? undefined : SENTENCES.headersOnScheme;
}

function hashProblem(hash: string, minor: number): string | undefined {
  const dash = hash.indexOf('-');
  if (dash < 0) return SENTENCES.hashMalformed;
  // Hexadecimal digits; SHA-256 came with Ignition 3.1.
  const digits = { sha512: 128, ...(minor >= 1 && { sha256: 64 }) }[hash.slice(0, dash)];
  if (digits === undefined) return SENTENCES.hashUnrecognized;
  return byteLength(hash.slice(dash + 1)) === digits ? undefined : SENTENCES.hashWrongSize;
}

function checkProxy({ struct, path, findings }: CheckContext, name: 'httpProxy' | 'httpsProxy'): void {
  const value = textOf(struct, name);
  if (value === undefined) return;
  const at = [...path, name];
  const url = parseUrl(value);
  if (!url) findings.error(at, SENTENCES.badUrl);
  else if (url.scheme !== 'http' && url.scheme !== 'https') findings.error(at, SENTENCES.badProxy);
  else if (url.scheme === 'http' && name === 'httpsProxy') findings.warn(at, SENTENCES.insecureProxy);
}
