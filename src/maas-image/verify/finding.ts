import type { ImageContents } from '../image-contents.ts';

/** What a check found, in the shape of `doctor --json`. */
export interface Finding {
  id: string;
  title: string;
  severity: 'pass' | 'info' | 'warn' | 'fail' | 'skip';
  message: string;
  fix?: string;
}

export interface Verdict {
  severity: Finding['severity'];
  message: string;
  fix?: string;
}

/** One thing that is looked at; it only reads. */
export interface Check {
  id: string;
  title: string;
  run(image: ImageContents): Verdict;
}

export function pass(message: string): Verdict {
  return { severity: 'pass', message };
}

export function fail(message: string, fix: string): Verdict {
  return { severity: 'fail', message, fix };
}

export function warn(message: string, fix: string): Verdict {
  return { severity: 'warn', message, fix };
}

export function hasProxmoxIn(image: ImageContents): boolean {
  return image.packages.has('proxmox-ve') || image.packages.has('pve-manager');
}
