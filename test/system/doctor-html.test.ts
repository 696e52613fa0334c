import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseCommandLine } from '../../src/cli.ts';
import { doctor } from '../../src/commands/doctor.ts';
import { startEmbedded } from '../../src/commands/targets/embedded-sandbox.ts';
import { checks } from '../../src/doctor/all.ts';
import { reportHtml } from '../../src/doctor/report-html.ts';
import type { Env } from '../../src/env.ts';
import { openPage, type Page } from './chromium.ts';
import { envIn, tool } from './environment.ts';

const chromium = tool('chromium', 'chromium');

/** What a reader gets: whether the page is wider than the window, and the text that is hardest to read. */
const READABILITY = `(() => {
  const channels = (color) => color.match(/[\\d.]+/g).map(Number);
  const light = (color) => {
    const [r, g, b] = channels(color).map((value) => value / 255)
      .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const color = getComputedStyle(at).backgroundColor;
      if (channels(color)[3] !== 0) return color;
    }
    return 'rgb(255, 255, 255)';
  };
  for (const details of document.querySelectorAll('details')) details.open = true;
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  let contrast = 21, size = 99, hardest = '', right = 0;
  for (let node = texts.nextNode(); node; node = texts.nextNode()) {
    if (!node.data.trim()) continue;
    const style = getComputedStyle(node.parentElement);
    const [a, b] = [light(style.color), light(behind(node.parentElement))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < contrast) [contrast, hardest] = [ratio, node.data];
    size = Math.min(size, Number.parseFloat(style.fontSize));
    const range = document.createRange();
    range.selectNodeContents(node);
    right = Math.max(right, range.getBoundingClientRect().right);
  }
  const over = Math.max(document.documentElement.scrollWidth, right) - innerWidth;
  return { over: Math.max(0, Math.ceil(over)), contrast, hardest, size, width: innerWidth };
})()`;

interface Readability {
  over: number;
  contrast: number;
  hardest: string;
  size: number;
  width: number;
}

const long = 'x'.repeat(300);
const awkward = reportHtml(
  [
    {
      id: 'PVE-HOSTS',
      title: 'Own name in /etc/hosts',
      severity: 'fail',
      message: `pve1: <script>console.error("no")</script><img src=http://127.0.0.1:9/x> ${long}`,
      fix: { text: `${long} "'>`, command: `cat ${long} | ${long}` },
      url: 'https://example.org/"onload="alert(1)',
    },
    { id: 'NET-MTU', title: long, severity: 'warn', message: long },
    { id: 'NET-DNS', title: 'Names', severity: 'skip', message: long },
  ],
  checks,
  {
    target: `${long} (9.2)`,
    version: '0.1.0',
    time: 0,
    capabilities: [{ section: 'kea', title: 'DHCP by Kea', missing: [], unknown: [long] }],
  },
);

describe.skipIf(chromium.missing)(`the doctor's page in a browser${chromium.name}`, () => {
  let home: string;

  beforeAll(async () => {
    home = mkdtempSync(path.join(tmpdir(), 'proxwright-page-'));
    const stdout = { write: () => true } as unknown as Env['stdout'];
    const env = envIn(home, { stdout, stderr: stdout });
    const server = await startEmbedded(path.join(home, 'state/proxwright/sandbox'), env, { speed: 50 });
    try {
      const hosts = path.join(home, 'state/proxwright/sandbox/nodes/pve2/rootfs/etc/hosts');
      writeFileSync(hosts, '127.0.0.1 localhost\n127.0.1.1 pve2\n');
      const code = await doctor(
        parseCommandLine(['doctor', '--target', 'sandbox', '--html', path.join(home, 'ill.html')]),
        env,
      );
      expect(code).toBe(1);
    } finally {
      await server.close();
    }
    writeFileSync(path.join(home, 'awkward.html'), awkward);
  }, 60_000);
  afterAll(() => rmSync(home, { recursive: true, force: true }));

  describe.each(['ill.html', 'awkward.html'])('%s', (name) => {
    let page: Page;
    beforeAll(async () => {
      page = await openPage(path.join(home, name));
    }, 60_000);
    afterAll(() => page.close());

    test.each([
      { width: 400, scheme: 'light' },
      { width: 400, scheme: 'dark' },
      { width: 1200, scheme: 'light' },
    ] as const)('is readable: $width px, $scheme', async (wish) => {
      await page.look(wish);
      const seen = await page.evaluate<Readability>(READABILITY);
      expect(seen).toMatchObject({ over: 0, width: wish.width });
      // WCAG 2.2, 1.4.3.
      expect(seen.contrast, seen.hardest).toBeGreaterThanOrEqual(4.5);
      expect(seen.size).toBeGreaterThanOrEqual(13);
    });

    test('has what a colleague looks for, and runs nothing', async () => {
      expect(await page.evaluate('document.querySelectorAll("article.fail").length')).toBe(1);
      expect(await page.evaluate('document.querySelector("article.fail code").textContent')).toBe(
        'PVE-HOSTS',
      );
      expect(await page.evaluate('document.querySelectorAll("script, img, iframe, [onload]").length')).toBe(
        0,
      );
    });

    test('gives the browser nothing to complain of', () => {
      expect(page.complaints).toEqual([]);
    });
  });
});
