import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A network config, and the interfaces file that it became. */
export interface NetworkCase {
  name: string;
  interfaces: string;
}

export function networkCases(folder: string): NetworkCase[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => file.endsWith('.interfaces'))
    .map((file) => ({
      name: file.replace('.interfaces', ''),
      interfaces: readFileSync(join(folder, file), 'utf8'),
    }));
}

/**
 * A shell script that brings each file up with the guest's own ifupdown2 in a network name space of its own, asks
 * ifupdown2 whether everything is as the file says, and, where there are lines of our own, brings it up once more, as
 * `ifreload -a` does after a change.
 * It prints `RESULT name ok`, or `RESULT name failed` and what was said.
 */
export function bringUpScript(cases: readonly NetworkCase[]): string {
  const one = ({ name, interfaces }: NetworkCase): string =>
    [
      `mkdir -p /tmp/cases/${name}`,
      `cat > /tmp/cases/${name}/interfaces <<'INTERFACES'`,
      `${interfaces}INTERFACES`,
      `echo '${nics(interfaces).join('\n')}' > /tmp/cases/${name}/nics`,
    ].join('\n');
  return `${cases.map(one).join('\n')}
modprobe -a dummy bonding bridge 8021q 2>/dev/null
cat > /tmp/one <<'ONE'
set -e
mount -t sysfs sysfs /sys
mount -t tmpfs tmpfs /run/network
mount -t tmpfs tmpfs /var/lib/ifupdown2 2>/dev/null || true
mount --bind "$1/interfaces" /etc/network/interfaces
ip link set lo up
number=1
for nic in $(cat "$1/nics"); do
  ip link add "$nic" address 52:54:00:00:00:0$number type dummy
  number=$((number + 1))
done
ifup -a
# ifquery takes addresses for wrong that only a post-up line adds.
grep -q "post-up ip addr" "$1/interfaces" || ifquery -a --check
for address in $(sed -n 's/^\\taddress //p; s/^\\tpost-up ip addr replace \\([^ ]*\\) .*/\\1/p' "$1/interfaces"); do
  ip address show | grep -F " $address " > /dev/null || { echo "$address is not there"; exit 1; }
done
# Our own lines are run again then, and must not mind.
! grep -q post-up "$1/interfaces" || ifup -a
ONE
mkdir -p /run/network /var/lib/ifupdown2
# Two at a time: the guest has two processors.
for name in ${cases.map(({ name }) => name).join(' ')}; do
  echo "$name"
done | xargs -P 2 -I NAME sh -c '
  said=$(unshare --net --mount sh /tmp/one /tmp/cases/NAME 2>&1) && echo "RESULT NAME ok" ||
    printf "RESULT NAME failed\\n%s\\n" "$(echo "$said" | tail -n 15)"'
`;
}

/** NICs of an interfaces file: what is neither made by it nor the loopback. */
function nics(interfaces: string): string[] {
  const stanzas = interfaces.split(/\n\n/).map((text) => ({
    name: /^iface (\S+)/m.exec(text)?.[1] ?? '',
    made: /^\t(bond-slaves|bridge-ports|vlan-raw-device) /m.test(text) || /^iface (lo|vmbr\d+) /m.test(text),
  }));
  return [...new Set(stanzas.filter(({ name, made }) => name !== '' && !made).map(({ name }) => name))];
}
