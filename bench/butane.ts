/**
 * Compiles one Butane config for each of 500 guests, 20 KB each, as a cluster's plan does.
 * Prints one line of JSON; the budget is 2 s (the ratio is time over budget).
 */
import { compile } from '../src/butane/compile.ts';
import { fillVariables } from '../src/butane/variables.ts';

const GUESTS = 500;
const CONFIG_BYTES = 20_000;
const BUDGET_MS = 2_000;

const source = guestConfig();
const started = performance.now();
let bytes = 0;
let characters = 0;
for (let index = 1; index <= GUESTS; index++) {
  const vars = {
    vm_name: `edge-server-${index}`,
    vm_id: String(9100 + index),
    vm_index: String(index),
    vm_count: String(GUESTS),
  };
  const { text, issues } = fillVariables(source, { vars, file: 'bench.bu' });
  const result = compile(text, { strict: true });
  if (issues.length > 0 || result.output === undefined || result.exitCode !== 0)
    throw new Error(result.report);
  bytes += text.length;
  characters += result.output.length;
}
const ms = performance.now() - started;

console.log(
  JSON.stringify({
    bench: 'butane',
    guests: GUESTS,
    bytesPerConfig: Math.round(bytes / GUESTS),
    ms: Math.round(ms),
    megabytesPerSecond: Number((bytes / 1e6 / (ms / 1000)).toFixed(1)),
    outputBytesPerConfig: Math.round(characters / GUESTS),
    budgetMs: BUDGET_MS,
    ratio: Number((ms / BUDGET_MS).toFixed(2)),
  }),
);

/** Files, units, users and mounts in the mix of a Kubernetes worker; every guest's has its own names in it. */
function guestConfig(): string {
  const parts = [
    'variant: flatcar',
    'version: 1.1.0',
    'passwd:',
    '  users:',
    '    - name: core',
    '      ssh_authorized_keys: [ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDummyDummyDummyDummyDummyDummyDummyDumm ops]',
    'storage:',
    '  filesystems:',
    '    - {device: /dev/vdb, format: ext4, path: /var/lib/data, with_mount_unit: true}',
    '  files:',
    '    - path: /etc/hostname',
    '      mode: 0644',
    '      contents: {inline: "$\u007bvm_name}"}',
  ];
  const units = ['systemd:', '  units:'];
  for (let n = 1; parts.join('\n').length + units.join('\n').length < CONFIG_BYTES; n++) {
    parts.push(
      `    - path: /etc/app/$\u007bvm_name}/part-${n}.conf`,
      '      mode: 0600',
      '      user: {name: core}',
      '      contents:',
      '        inline: |',
      ...Array.from(
        { length: 12 },
        (_, i) => `          setting_${n}_${i} = value ${(n * 31 + i * 17) % 97} # $\u007bvm_id}`,
      ),
    );
    units.push(
      `    - name: app-${n}.service`,
      '      enabled: true',
      '      contents: |',
      '        [Unit]',
      `        Description=App ${n} of $\u007bvm_name}`,
      '        [Service]',
      `        ExecStart=/opt/bin/app --part ${n} --index $\u007bvm_index}`,
      '        [Install]',
      '        WantedBy=multi-user.target',
    );
  }
  return `${[...parts, ...units].join('\n')}\n`;
}
