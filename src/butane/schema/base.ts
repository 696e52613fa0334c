import { type ResourceShapes, resourceShapes } from './base-resource.ts';
import { type StorageShapes, storageShapes } from './base-storage.ts';
import { passwdShape, systemdShape } from './base-system.ts';
import { type Field, list, plainText, type StructShape, strings, text, whole } from './shape.ts';
import { type BaseVersion, Versioned } from './versioned.ts';

/** The specification that all variants share. */
export interface BaseSpec extends Omit<StorageShapes, 'storage'> {
  /** The root's fields. */
  fields: readonly Field[];
}

export function baseSpec(version: BaseVersion): BaseSpec {
  const base = new Versioned(version);
  const resources = resourceShapes(base);
  const { storage, tang, cex } = storageShapes(base, resources);
  const kernelArguments = base.struct('KernelArguments', [
    ['should_exist', base.named('KernelArgument')],
    ['should_not_exist', base.named('KernelArgument')],
  ]);
  const fields = base.fields([
    ['version', plainText, { sugar: true }],
    ['variant', plainText, { sugar: true }],
    ['ignition', ignitionShape(base, resources), { always: true }],
    ['kernel_arguments', kernelArguments, { since: 4 }],
    ['passwd', passwdShape(base)],
    ['storage', storage],
    ['systemd', systemdShape(base)],
  ]);
  return { fields, tang, cex };
}

function ignitionShape(base: Versioned, resources: ResourceShapes): StructShape {
  const config = base.struct('IgnitionConfig', [
    ['merge', list(resources.config)],
    ['replace', resources.config],
  ]);
  const proxy = base.struct('Proxy', [
    ['http_proxy', text],
    ['https_proxy', text],
    ['no_proxy', strings],
  ]);
  const tls = base.struct('TLS', [['certificate_authorities', list(resources.certificate)]]);
  const timeouts = base.struct('Timeouts', [
    ['http_response_headers', whole],
    ['http_total', whole],
  ]);
  return base.struct('Ignition', [
    ['config', config],
    ['proxy', proxy, { since: 2 }],
    ['security', base.struct('Security', [['tls', tls]])],
    ['timeouts', timeouts],
    ['version', plainText, { generated: true, always: true }],
  ]);
}
