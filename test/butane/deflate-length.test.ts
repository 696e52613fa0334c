import { expect, test } from 'vitest';
import { goDeflateLength } from '../../src/butane/go/deflate-length.ts';

// Lengths that Go's compress/flate gave at its best level; zlib's differ for most of them.
test.each([
  ['one byte', 'x', 7],
  ['a run', 'a'.repeat(1000), 14],
  ['a script', '#!/bin/sh\nset -e\nfor f in /etc/*.conf; do echo "$f"; done\n'.repeat(3), 64],
  ['all bytes', String.fromCharCode(...Array.from({ length: 256 }, (_, i) => i)), 266],
  ['numbers', Array.from({ length: 400 }, (_, i) => (i * i) % 997).join(' '), 702],
])('%s', (_, text, length) => {
  expect(goDeflateLength(Buffer.from(text, 'latin1'))).toBe(length);
});
