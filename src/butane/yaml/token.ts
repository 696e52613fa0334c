import type { Mark } from './cursor.ts';

export type TokenType =
  | 'stream-start'
  | 'stream-end'
  | 'version-directive'
  | 'tag-directive'
  | 'document-start'
  | 'document-end'
  | 'block-list-start'
  | 'block-map-start'
  | 'block-end'
  | 'flow-list-start'
  | 'flow-list-end'
  | 'flow-map-start'
  | 'flow-map-end'
  | 'block-entry'
  | 'flow-entry'
  | 'key'
  | 'value'
  | 'alias'
  | 'anchor'
  | 'tag'
  | 'scalar';

export interface Token {
  type: TokenType;
  line: number;
  column: number;
  /** A scalar's text, a name, a directive's version or handle, a tag's handle. */
  value: string;
  /** A tag's suffix, a directive's prefix. */
  suffix: string;
  /** Scalar written without quotes and not as a block. */
  plain: boolean;
}

export function token(type: TokenType, mark: Mark, value = '', suffix = '', plain = false): Token {
  return { type, line: mark.line, column: mark.column, value, suffix, plain };
}
