import { randomBytes } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { compile } from '../../src/butane/compile.ts';
import { fitTransport } from '../../src/butane/large.ts';

/** A compiled config whose files hold that many bytes; `noise` cannot be packed. */
function compiled(sizes: readonly number[], noise = false) {
  const files = sizes.map((size, i) => {
    const text = noise
      ? randomBytes(size).toString('base64').slice(0, size)
      : 'line of text\n'.repeat(size / 13);
    return `    - {path: /f${i}, contents: {compression: gzip, inline: ${JSON.stringify(text)}}}`;
  });
  const source = `variant: flatcar\nversion: 1.0.0\nstorage:\n  files:\n${files.join('\n')}\n`;
  const { output, ignition, spec } = compile(source);
  return { output: output!, ignition, spec: spec! };
}

test('a small config stays as it is', () => {
  const config = compiled([1000]);
  expect(fitTransport(config, { transport: 'fw_cfg' })).toEqual({ output: config.output, wrapped: false });
});

test('a large one is packed into a config that replaces itself with it', () => {
  const config = compiled([300_000]);
  const { output, wrapped, issue } = fitTransport(config, { transport: 'cloud-init' });
  expect(wrapped).toBe(true);
  expect(issue).toBeUndefined();
  const { ignition } = JSON.parse(output);
  expect(ignition.version).toBe('3.3.0');
  expect(ignition.config.replace.compression).toBe('gzip');
  const packed = ignition.config.replace.source.replace('data:;base64,', '');
  expect(gunzipSync(Buffer.from(packed, 'base64')).toString()).toBe(config.output);
});

test('one that is too large even so names its largest files', () => {
  const config = compiled([100, 1_200_000, 600_000, 50, 700_000], true);
  const { issue } = fitTransport(config, { transport: 'cloud-init', file: 'big.bu' });
  expect(issue?.file).toBe('big.bu');
  expect(issue?.message).toMatch(
    /^Ignition config is \d+ KiB even when packed, cloud-init takes 1024 KiB; its largest files are \/f1 \(.*\), \/f4 \(.*\), \/f2 \(.*\); put them behind a URL/,
  );
});
