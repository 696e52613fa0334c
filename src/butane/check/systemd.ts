import { extensionOf } from '../go/path.ts';
import { type ParsedUnit, parseUnit } from '../go/unit-file.ts';
import { isTrue, type Struct, structsOf, textOf, textOrEmpty } from '../schema/value.ts';
import { badUnit, noInstallSection, SENTENCES, templateNoInstallSection } from '../sentences.ts';
import type { Checks } from './walk.ts';

export const SYSTEMD_CHECKS: Checks = {
  Systemd({ struct, path, findings }) {
    const units = new Map<string, Struct>();
    for (const unit of structsOf(struct, 'units')) units.set(textOrEmpty(unit, 'name'), unit);
    for (const [i, unit] of structsOf(struct, 'units').entries()) {
      const name = textOrEmpty(unit, 'name');
      const base = isTrue(unit, 'enabled') ? INSTANCE.exec(name)?.[1] : undefined;
      const template = base === undefined ? undefined : `${base}@.service`;
      const contents = template === undefined ? '' : textOrEmpty(units.get(template), 'contents');
      if (template === undefined || contents === '') continue;
      const parsed = parseUnit(contents);
      if ('sections' in parsed && !parsed.sections.has('Install')) {
        findings.warn([...path, 'units', i, 'contents'], templateNoInstallSection(template, name));
      }
    }
  },

  Unit({ struct, path, findings }) {
    const name = textOrEmpty(struct, 'name');
    if (!UNIT_EXTENSIONS.has(extensionOf(name))) findings.error([...path, 'name'], SENTENCES.unitExtension);
    const contents = textOf(struct, 'contents');
    const at = [...path, 'contents'];
    const parsed: ParsedUnit = contents === undefined ? { sections: new Set() } : parseUnit(contents);
    if ('problem' in parsed) {
      findings.error(at, badUnit(parsed.problem));
    } else if (isTrue(struct, 'enabled') && contents && !parsed.sections.has('Install')) {
      findings.warn(at, noInstallSection(name));
    }
  },

  Dropin({ struct, path, findings }) {
    const contents = textOf(struct, 'contents');
    const parsed = contents === undefined ? undefined : parseUnit(contents);
    if (parsed && 'problem' in parsed) findings.error([...path, 'contents'], badUnit(parsed.problem));
    if (extensionOf(textOrEmpty(struct, 'name')) !== '.conf') {
      findings.error([...path, 'name'], SENTENCES.dropinExtension);
    }
  },
};

const UNIT_EXTENSIONS = new Set(
  'service socket device mount automount swap target path timer snapshot slice scope'
    .split(' ')
    .map((name) => `.${name}`),
);

/** `name@instance.service`. */
const INSTANCE = /^([^\n]+?)@([^\n]+?)\.service$/;
