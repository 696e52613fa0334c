import { expect, test } from 'vitest';
import { maasConfig, qemuCommand, seedFiles } from '../../src/maas-image/boot/machine.ts';
import { bootImage } from '../../src/maas-image/boot.ts';
import { testEdges } from './edges.ts';

const FILES = {
  disk: '/tmp/boot/a,b/disk.img',
  seed: '/tmp/boot/seed',
  esp: '/tmp/boot/esp',
  firmware: '/usr/share/OVMF/OVMF_CODE_4M.fd',
  firmwareVariables: '/tmp/boot/variables.fd',
  serial: '/tmp/boot/serial.log',
};

test('QEMU listens on loopback alone, and commas in paths are no option separators', () => {
  const argv = qemuCommand({ accel: 'tcg', memory: 1024, sshPort: 2222, files: FILES });
  expect(argv).toContain('user,id=net0,hostfwd=tcp:127.0.0.1:2222-:22');
  expect(argv).toContain('if=virtio,format=raw,cache=unsafe,file=/tmp/boot/a,,b/disk.img');
  expect(argv.join(' ')).toContain('-accel tcg,thread=multi');
});

test('the seed has the key and no password, and the network is what MAAS would send', () => {
  const seed = seedFiles('ssh-ed25519 AAAA me\n');
  expect(seed.get('user-data')).toMatch(/^#cloud-config\n.*"ssh-ed25519 AAAA me"/s);
  expect(seed.get('user-data')).not.toMatch(/passwd|password"/);
  expect(JSON.parse(maasConfig()).network.version).toBe(2);
});

test('a file that is not there, and no root, are told first', async () => {
  await expect(bootImage('/no/such/image.tar.gz', testEdges())).rejects.toThrow('there is no such image');
  await expect(bootImage(import.meta.filename, testEdges({ uid: 1000 }))).rejects.toThrow(
    'booting an image needs root',
  );
});
