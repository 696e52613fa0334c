import { list, plainText, type StructShape, text } from './shape.ts';
import type { Versioned } from './versioned.ts';

/** Content from somewhere else. Before base 2 the places that hold some had a type each. */
export interface ResourceShapes {
  /** Of a file. */
  content: StructShape;
  /** Of a LUKS key. */
  resource: StructShape;
  /** Another config. */
  config: StructShape;
  certificate: StructShape;
}

export function resourceShapes(base: Versioned): ResourceShapes {
  const verification = base.struct('Verification', [['hash', text]]);
  const header = base.struct('HTTPHeader', [
    ['name', plainText, { always: true }],
    ['value', text],
  ]);
  const resource = base.struct('Resource', [
    ['compression', text],
    ['http_headers', list(header, base.type('HTTPHeaders'))],
    ['source', text],
    ['inline', text, { sugar: true }],
    ['local', text, { sugar: true }],
    ['verification', verification],
  ]);
  if (base.version > 1) return { content: resource, resource, config: resource, certificate: resource };
  const content = base.struct('FileContents', [
    ['compression', text],
    ['source', text],
    ['inline', text, { sugar: true }],
    ['verification', verification],
  ]);
  const config = base.struct('ConfigReference', [
    ['source', text, { always: true }],
    ['verification', verification],
  ]);
  const certificate = base.struct('CaReference', [
    ['source', plainText, { always: true }],
    ['verification', verification],
  ]);
  return { content, resource, config, certificate };
}
