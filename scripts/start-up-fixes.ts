import { readFileSync } from 'node:fs';
import type { Plugin } from 'esbuild';

/** An esbuild plugin: what dependencies do when they are loaded, and the first frame would wait for. */
export const startUpFixes: Plugin = {
  name: 'start-up-fixes',
  setup(builder) {
    // yoga would fetch() its own data: URI, which loads undici: 35–40 ms to the first frame.
    builder.onLoad({ filter: /yoga-wasm-base64-esm\.js$/ }, ({ path: file }) => ({
      contents: replaced(file, ['typeof fetch', 'typeof undefined']),
    }));
    // Drops react-devtools-core from the bundle.
    builder.onLoad({ filter: /ink[/\\]build[/\\]reconciler\.js$/ }, ({ path: file }) => ({
      contents: replaced(file, ["process.env['DEV'] === 'true'", 'false']),
    }));
    // V8 makes the set of all emoji sequences when this expression is read, and again when it is first tried: 24 ms.
    // Now it is, for the first text that has what every such sequence has.
    builder.onLoad({ filter: /[/\\]string-width[/\\]index\.js$/ }, ({ path: file }) => ({
      contents: replaced(
        file,
        [
          String.raw`const rgiEmojiRegex = /^\p{RGI_Emoji}$/v;`,
          String.raw`const emojiLike = /[\p{Emoji_Presentation}\p{Extended_Pictographic}\u20E3]/u;
           let emojis;
           const isEmoji = (text) => emojiLike.test(text) && (emojis ??= new RegExp('^\\p{RGI_Emoji}$', 'v')).test(text);`,
        ],
        ['rgiEmojiRegex.test(segment)', 'isEmoji(segment)'],
      ),
    }));
  },
};

/** A fix that no longer finds its place must be seen, not lost. */
function replaced(file: string, ...fixes: (readonly [from: string, to: string])[]): string {
  return fixes.reduce(
    (text, [from, to]) => {
      if (!text.includes(from))
        throw new Error(`${file}: "${from}" is not there any more; see scripts/start-up-fixes.ts`);
      return text.replaceAll(from, () => to);
    },
    readFileSync(file, 'utf8'),
  );
}
