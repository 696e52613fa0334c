import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * A package `curtin` with the names that the hook uses. Each call is written to calls.jsonl of its folder, and
 * `rebuilds` says whether its builtin_curthooks makes a new initramfs.
 */
export function writeCurtinStub(folder: string, { rebuilds }: { rebuilds: boolean }): void {
  const put = (path: string, text: string): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  put('curtin/__init__.py', '');
  put('curtin/commands/__init__.py', '');
  put(
    'curtin/calls.py',
    `import json, os
def note(name, **said):
    with open(os.path.join(os.environ["WORKING_DIR"], "calls.jsonl"), "a") as file:
        file.write(json.dumps({"name": name, **said}) + "\\n")
`,
  );
  put(
    'curtin/log.py',
    `from curtin.calls import note
def basicConfig(stream=None, verbosity=None):
    note("basicConfig", stream=stream.name, verbosity=verbosity)
`,
  );
  put(
    'curtin/util.py',
    `import os
from curtin.calls import note
def load_command_environment():
    names = {"scratch": "WORKING_DIR", "fstab": "OUTPUT_FSTAB", "interfaces": "OUTPUT_INTERFACES",
             "network_state": "OUTPUT_NETWORK_STATE", "network_config": "OUTPUT_NETWORK_CONFIG",
             "target": "TARGET_MOUNT_POINT", "config": "CONFIG"}
    return {key: os.environ.get(name) for key, name in names.items()}
class ChrootableTarget:
    def __init__(self, target):
        self.target = target
    def __enter__(self):
        return self
    def __exit__(self, *_):
        return False
    def subp(self, argv):
        note("chroot", argv=argv)
`,
  );
  put(
    'curtin/config.py',
    `import yaml
def load_command_config(args, state):
    with open(state["config"]) as file:
        return yaml.safe_load(file)
`,
  );
  put(
    'curtin/commands/curthooks.py',
    `import os
from curtin.calls import note
def install_kernel(cfg, target):
    raise RuntimeError("the kernel of the image is replaced")
def handle_cloudconfig(cfg, base_dir=None):
    note("handle_cloudconfig", cfg=cfg, base_dir=base_dir)
def builtin_curthooks(cfg, target, state):
    install_kernel(cfg, target)
    with open(state["network_config"]) as file:
        note("builtin_curthooks", cfg=cfg, network=file.read(), interfaces=state["interfaces"])
    ${rebuilds ? 'os.utime(os.path.join(target, "boot/initrd.img-6.1-test"), (5, 5))' : 'pass'}
`,
  );
}
