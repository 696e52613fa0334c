import { byteLength } from '../byte-text.ts';
import { parseJson } from '../go/json.ts';
import { parseUrl } from '../go/url.ts';
import { isTrue, numberOf, type Struct, structOf, structsOf, textOrEmpty } from '../schema/value.ts';
import { SENTENCES } from '../sentences.ts';
import { checkPath } from './node.ts';
import { sourceProblem } from './resource.ts';
import type { CheckContext, Checks } from './walk.ts';

export const LUKS_CHECKS: Checks = {
  Luks(context) {
    const { struct, path, findings, minor } = context;
    if (textOrEmpty(struct, 'name').includes('/')) findings.error([...path, 'name'], SENTENCES.luksNameSlash);
    if (byteLength(textOrEmpty(struct, 'label')) > 47) {
      findings.error([...path, 'label'], SENTENCES.luksLabelLong);
    }
    const device = textOrEmpty(struct, 'device');
    findings.error([...path, 'device'], device === '' ? SENTENCES.diskDevice : checkPath(device));
    checkClevis(context);
    const source = textOrEmpty(structOf(struct, 'keyFile'), 'source');
    // `keys` is no field; the real tool names it all the same.
    if (source !== '' && sourceProblem(source, minor) !== undefined) {
      findings.error([...path, 'keys'], SENTENCES.luksKeyFile);
    }
    if (!isTrue(structOf(struct, 'cex'), 'enabled')) return;
    if (hasClevis(structOf(struct, 'clevis'))) findings.error([...path, 'cex'], SENTENCES.cexWithClevis);
    if (source !== '') findings.error([...path, 'cex'], SENTENCES.cexWithKeyFile);
  },

  /** Clevis's own settings before Ignition 3.3. */
  Custom({ struct, path, findings }) {
    const pin = textOrEmpty(struct, 'pin');
    const config = textOrEmpty(struct, 'config');
    if (pin === '' && config === '') return;
    if (!PINS.includes(pin)) findings.error([...path, 'pin'], SENTENCES.clevisPinUnknown);
    if (config === '') findings.error([...path, 'config'], SENTENCES.clevisConfig);
  },

  ClevisCustom({ struct, path, findings, minor }) {
    const pin = textOrEmpty(struct, 'pin');
    const config = textOrEmpty(struct, 'config');
    if (pin === '' && config === '' && !isTrue(struct, 'needsNetwork')) return;
    if (pin === '') findings.error([...path, 'pin'], SENTENCES.clevisPin);
    else if (minor < 6 && !PINS.includes(pin)) findings.error([...path, 'pin'], SENTENCES.clevisPinUnknown);
    if (config === '') findings.error([...path, 'config'], SENTENCES.clevisConfig);
  },

  Tang({ struct, path, findings }) {
    const url = parseUrl(textOrEmpty(struct, 'url'));
    if (!url) findings.error([...path, 'url'], SENTENCES.badUrl);
    else if (url.scheme !== 'http' && url.scheme !== 'https') {
      findings.error([...path, 'url'], SENTENCES.badScheme);
    }
    if (textOrEmpty(struct, 'thumbprint') === '') {
      findings.error([...path, 'thumbprint'], SENTENCES.tangThumbprint);
    }
    const advertisement = textOrEmpty(struct, 'advertisement');
    if (advertisement !== '' && !isJson(advertisement)) {
      findings.error([...path, 'advertisement'], SENTENCES.tangAdvertisement);
    }
  },
};

const PINS = ['tpm2', 'tang', 'sss'];

function checkClevis({ struct, path, findings, minor }: CheckContext): void {
  const clevis = structOf(struct, 'clevis');
  const custom = structOf(clevis, 'custom');
  const ownPin = minor < 3 ? custom !== undefined : textOrEmpty(custom, 'pin') !== '';
  if (ownPin && hasOwnUnlocking(clevis)) findings.error([...path, 'clevis'], SENTENCES.clevisWithOthers);
}

function hasOwnUnlocking(clevis: Struct | undefined): boolean {
  const threshold = numberOf(clevis, 'threshold') ?? 0;
  return structsOf(clevis, 'tang').length > 0 || isTrue(clevis, 'tpm2') || threshold !== 0;
}

function hasClevis(clevis: Struct | undefined): boolean {
  return textOrEmpty(structOf(clevis, 'custom'), 'pin') !== '' || hasOwnUnlocking(clevis);
}

function isJson(text: string): boolean {
  try {
    parseJson(text);
    return true;
  } catch {
    return false;
  }
}
