/** Put in by build.mjs; the bare sources have no version of their own. */
declare const PROXWRIGHT_VERSION: string | undefined;

export const version: string = typeof PROXWRIGHT_VERSION === 'string' ? PROXWRIGHT_VERSION : 'from sources';
