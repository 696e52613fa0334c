import type { Block } from './hcl/syntax.ts';

/**
 * Why a variable of the module has no counterpart; the empty ones have one. From variables.tf of
 * github.com/lucidsolns/terraform-proxmox-vm, version 0.1.2; vm_id is what vmid was called up to 0.0.13.
 */
const VARIABLES: Readonly<Record<string, string>> = {
  vmid: '',
  vm_id: '',
  name: '',
  vm_count: '',
  description: '',
  tags: '',
  pool: '',
  onboot: '',
  target_node: '',
  storage: '',
  template_name: '',
  full_clone: '',
  cores: '',
  cpu: '',
  memory: '',
  networks: '',
  virtiofs: '',
  plan9fs: '',
  disks: '',
  butane_conf: '',
  butane_path: '',
  butane_conf_snippets: '',
  cloud_init_storage: '',
  pm_api_url: '',
  pm_user: '',
  pm_password: '',
  pm_tls_insecure: '',
  startup: 'guests start with their node in no order of ours',
  boot: "guests keep the template's boot order",
  bios: "guests keep the template's firmware",
  agent: "guests keep the template's setting",
  os_type: "guests keep the template's setting",
  os_type_name: "guests keep the template's setting",
  depends_on: 'what this file makes waits for nothing outside of it',
  providers: 'where the work is done is said by target: or --target',
  count: 'how many it makes is computed there; write each as a group, or give one group its count',
  for_each: 'which ones it makes is computed there; write each as a group of its own',
};

/** Said of the call itself, not handed to the module. */
const META = new Set(['source', 'version', 'depends_on', 'providers', 'count', 'for_each']);

export function isModuleVariable(name: string): boolean {
  return Object.hasOwn(VARIABLES, name) && !META.has(name);
}

/** Undefined: it has a counterpart, or is about Terraform alone. */
export function whyWithout(name: string): string | undefined {
  if (name === 'source' || name === 'version') return undefined;
  const why = VARIABLES[name] ?? 'is no variable of the module that is known here';
  return why === '' ? undefined : why;
}

/**
 * The module by its name in the registry, by its repository, or a copy in a folder of its own, which is told by
 * its arguments.
 */
export function isModuleSource(source: string | undefined, { body }: Block): boolean {
  if (source === undefined) return false;
  if (/(^|\/)lucidsolns\/(vm\/proxmox|proxmox\/vm)(\/\/|\?|$)/.test(source)) return true;
  if (/[/:]lucidsolns\/terraform-(vm-proxmox|proxmox-vm)(\.git)?(\/\/|\?|$)/.test(source)) return true;
  const names = body.attributes.map(({ name }) => name);
  return (
    /^\.\.?(\/|$)/.test(source) &&
    names.includes('target_node') &&
    names.some((name) => name === 'butane_conf' || name === 'template_name') &&
    names.every((name) => META.has(name) || isModuleVariable(name))
  );
}
