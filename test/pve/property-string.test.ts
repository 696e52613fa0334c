import { expect, test } from 'vitest';
import { formatProperties, macOf, parseProperties, sameValue } from '../../src/pve/property-string.ts';

test.each<[string, string, Record<string, string>]>([
  [
    'virtio=BC:24:11:00:00:01,bridge=vmbr0,tag=20',
    '',
    { virtio: 'BC:24:11:00:00:01', bridge: 'vmbr0', tag: '20' },
  ],
  ['local-lvm:vm-100-disk-0,size=8G', 'file', { file: 'local-lvm:vm-100-disk-0', size: '8G' }],
  ['file=local:100/a.qcow2,size=8G', 'file', { file: 'local:100/a.qcow2', size: '8G' }],
  ['/mnt/a=b.raw,size=1G', 'file', { file: '/mnt/a=b.raw', size: '1G' }],
  ['enabled=1', 'enabled', { enabled: '1' }],
  ['1,fstrim_cloned_disks=1', 'enabled', { enabled: '1', fstrim_cloned_disks: '1' }],
  ['node=pve,path=/srv/a b', '', { node: 'pve', path: '/srv/a b' }],
  ['a="x,y=1",b=2', '', { a: 'x,y=1', b: '2' }],
  ['', 'file', {}],
])('%s', (text, defaultKey, properties) => {
  expect(parseProperties(text, defaultKey)).toEqual(properties);
});

test('formats: default key first and bare, booleans, what is undefined left out', () => {
  const properties = { discard: 'on', file: 'local:0', iothread: true, ro: false, size: undefined, n: 3 };
  expect(formatProperties(properties, 'file')).toBe('local:0,discard=on,iothread=1,ro=0,n=3');
});

test('what is formatted reads back', () => {
  const properties = { model: 'virtio', bridge: 'vmbr0', firewall: '1' };
  expect(parseProperties(formatProperties(properties, 'model'), 'model')).toEqual(properties);
});

test('the MAC of a NIC', () => {
  expect(macOf('virtio=bc:24:11:00:00:0a,bridge=vmbr0')).toBe('BC:24:11:00:00:0A');
  expect(macOf('model=e1000,macaddr=BC:24:11:00:00:0B')).toBe('BC:24:11:00:00:0B');
  expect(macOf('virtio,bridge=vmbr0')).toBeUndefined();
});

test.each([
  ['net0', 'virtio=bc:24:11:00:00:01,bridge=vmbr0', 'bridge=vmbr0,virtio=BC:24:11:00:00:01', true],
  [
    'net0',
    'virtio=BC:24:11:00:00:01,bridge=vmbr0,tag=2',
    'virtio=BC:24:11:00:00:01,bridge=vmbr0,tag=3',
    false,
  ],
  ['net0', 'virtio=BC:24:11:00:00:01,bridge=vmbr0', 'virtio=BC:24:11:00:00:01,bridge=vmbr0,tag=3', false],
  ['scsi0', 'local:1/a.qcow2,discard=on', 'local:1/a.qcow2,discard=on,size=8G', true],
  ['scsi0', 'local:1/a.qcow2,size=8G', 'local:1/a.qcow2,size=9G', false],
  ['tags', 'web;proxwright', 'proxwright;web', true],
  ['tags', 'web', 'proxwright;web', false],
  ['tags', 'proxwright;K3s;Tide', 'k3s;proxwright;tide', true],
  ['agent', 'enabled=on', 'enabled=1', true],
  ['memory', '2048', 2048, true],
  ['memory', '2048', 4096, false],
  ['description', 'a\nb', 'a\nb\n', true],
  ['sshkeys', 'ssh-ed25519%20AAAA%20me', 'ssh-ed25519%20AAAA%20me%0A', true],
  ['args', '-fw_cfg name=a', undefined, false],
  ['args', '-device a,b=c,d=e', '-device a,d=e,b=c', false],
])('%s: %s is %s: %s', (key, wanted, actual, same) => {
  expect(sameValue(key, wanted, actual)).toBe(same);
});
