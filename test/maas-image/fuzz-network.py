"""Spoils network configs and gives them to the hook: whatever comes in, it converts or refuses, and loses nothing.

    fuzz-network.py HOOK SEED COUNT FILE…
"""
import collections
import copy
import importlib.machinery
import importlib.util
import random
import re
import sys

import yaml

hook, seed, count, *files = sys.argv[1:]
loader = importlib.machinery.SourceFileLoader("hook", hook)
module = importlib.util.module_from_spec(importlib.util.spec_from_loader("hook", loader))
sys.modules["hook"] = module
loader.exec_module(module)
dice = random.Random(int(seed))

VALUES = [None, "", 0, -1, 9000, 1.5, True, [], {}, [None], [{}], [["x"]], {"a": 1}, b"x", "é", "x" * 40, "a b", "x\ny",
          "'; reboot", "$(id)", "eno1", "bond0", "vmbr0", "10.0.0.5", "10.0.0.5/24", "10.0.0.300/24", "2001:db8::5/64",
          "0.0.0.0/0", "::/0", "default", "4094", 4095, "dhcp", "802.3ad", "52:54:00:00:00:01"]
LINE = re.compile(r"|auto \S+|iface \S+ inet6? (static|manual|loopback)|\t[\w-]+ [^;`$'\"\\{}]+|source /etc/network/interfaces\.d/\*")


def places(value, above=()):
    if above:
        yield above
    for key in value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else []:
        yield from places(value[key], (*above, key))


def spoiled(config):
    config = copy.deepcopy(config)
    for _ in range(dice.choice([1, 1, 1, 2, 4])):
        found = list(places(config))
        if not found:
            break
        *way, last = dice.choice(found)
        holder = config
        for key in way:
            holder = holder[key]
        if dice.random() < 0.7:
            holder[last] = copy.deepcopy(dice.choice(VALUES))
        elif dice.random() < 0.5 or isinstance(holder, list):
            del holder[last]
        else:
            holder[dice.choice(["eno1", "bond0", "vmbr0", "routes", 5, None])] = holder.pop(last)
    return config


def named(network):
    if str(network["version"]) == "1":
        kinds = ("physical", "bond", "vlan", "bridge")
        return [str(one.get("name") or one.get("id")) for one in module.listed(network.get("config"))
                if str(one.get("type")) in kinds]
    return [str((one or {}).get("set-name") or key) for section in module.KINDS
            for key, one in (network.get(section) or {}).items()]


seeds = []
for file in files:
    with open(file, encoding="utf-8") as stream:
        try:
            seeds.append(yaml.safe_load(stream))
        except yaml.YAMLError:
            pass
ends = collections.Counter()
for _ in range(int(count)):
    config = spoiled(dice.choice(seeds))
    try:
        node = module.node_network(module.read_network(config))
        text = module.interfaces_file(node)
        module.as_data(node), module.resolv_conf(node), [module.link_file(*link) for link in node.links()]
        wrong = [line for line in text.splitlines() if not LINE.fullmatch(line)]
        kept = sorted(device.source for device in node.devices if device.source)
        if wrong or kept != sorted(named(config.get("network", config))):
            ends["wrong"] += 1
            print("wrong", wrong, kept, config)
        else:
            ends["converted"] += 1
    except module.Refused as refused:
        ends["refused"] += 1
        if not all(refused.messages) or "\n" in "".join(refused.messages):
            print("no message", config)
    except Exception as error:  # whatever it is, it is a traceback in a deployment
        ends["crashed"] += 1
        print("crashed", repr(error), config)
print(dict(ends))
sys.exit(1 if ends["wrong"] or ends["crashed"] else 0)
