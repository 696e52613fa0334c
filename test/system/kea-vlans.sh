# Runs as init of a guest whose kernel knows VLANs, which a build machine's may not. The machine's own files are at
# /mnt/root, read-only; the agent and its Node come by a share of their own, since both may lie where the guest has nothing. Prints one line per client: NAME, then what it got.
cd /mnt
mkdir root
# Nobody changes these files meanwhile: without the cache every page of a program is fetched by itself.
mount -t 9p -o trans=virtio,version=9p2000.L,ro,cache=loose,msize=524288 root root
for folder in run tmp srv var/lib; do mount -t tmpfs -o mode=755 tmpfs root/$folder; done
mkdir agent
mount -t 9p -o trans=virtio,version=9p2000.L,ro agent agent
cp agent/agent.mjs agent/node root/srv || { echo 'no agent, no node'; poweroff -f; }
mount --bind /proc root/proc
mount --bind /sys root/sys
mount --bind /dev root/dev

cat > root/tmp/lab.sh <<'LAB'
export PATH=/usr/sbin:/usr/bin:/sbin:/bin
ip link set lo up

# As Proxmox VE's /etc/network/interfaces has them: a bridge that is aware of VLANs, and one that is not.
ip link add vmbr0 up type bridge vlan_filtering 1
ip link add vmbr1 up type bridge
# The way out of vmbr1, whose other end gets all VLANs as a switch would send them.
ip netns add far
ip link add nic1 up type veth peer name wire netns far
ip link set nic1 master vmbr1
ip -n far link set wire address bc:24:11:00:00:0f up
# What Proxmox VE makes when the first guest with this tag starts on a bridge that is not aware of VLANs.
make_tagged_bridge() {
  ip link add link nic1 name nic1.$1 up type vlan id $1
  ip link add vmbr1v$1 up type bridge
  ip link set nic1.$1 master vmbr1v$1
}
make_tagged_bridge 30

# conf VMID MAC-OCTET NIC-OPTIONS ADDRESS
conf() {
  printf 'net0: virtio=BC:24:11:00:00:%s,%s\nipconfig0: ip=%s/24\n' $2 $3 $4 > $PVE/local/qemu-server/$1.new
  mv $PVE/local/qemu-server/$1.new $PVE/local/qemu-server/$1.conf
}
# client NAME MAC-OCTET BRIDGE [TAG]: a namespace with a port, joined as Proxmox VE joins a guest's tap.
client() {
  ip netns add $1
  ip link add port$1 up type veth peer name eth0 netns $1
  ip link set port$1 master $3
  if [ "$4" ]; then
    bridge vlan del vid 1 dev port$1
    bridge vlan add vid $4 dev port$1 pvid untagged
  elif [ $3 = vmbr0 ]; then
    bridge vlan add vid 2-4094 dev port$1
  fi
  ip -n $1 link set eth0 address bc:24:11:00:00:$2 up
}
# ask NAME INTERFACE [TRIES]
ask() {
  nsenter --net=/run/netns/$1 udhcpc -i $2 -f -q -n -t ${3:-200} -T 1 -A 1 -s /tmp/bound > /tmp/said.$1.$2 2> /dev/null ||
    echo silence > /tmp/said.$1.$2
}
say() {
  for name; do echo "$name $(cat /tmp/said.$name)"; done
}
printf '#!/bin/sh\n[ "$1" = bound ] && echo "$ip" || true\n' > /tmp/bound
chmod +x /tmp/bound

PVE=/tmp/pve
mkdir -p $PVE/local/qemu-server $PVE/firewall
conf 100 00 bridge=vmbr0 10.1.0.5
conf 101 01 bridge=vmbr0,tag=20 10.1.20.5
conf 102 02 bridge=vmbr0,tag=30 10.1.30.5
conf 103 03 bridge=vmbr1,tag=30 10.2.30.5
conf 105 00 bridge=vmbr0,tag=20 10.1.20.6
conf 106 06 bridge=vmbr1,tag=40 10.2.40.5
conf 107 0f bridge=vmbr1,tag=30 10.2.30.7

export PROXWRIGHT_KEA_PVE=$PVE PROXWRIGHT_KEA_HOST_DNS=0 PROXWRIGHT_KEA_PROBE=0 VM_CHECK_POLL=1
$NODE /srv/agent.mjs agent > /tmp/agent.log 2>&1 &
agent=$!

client plain 00 vmbr0
client tag20 01 vmbr0 20
client tag30 02 vmbr0 30
client both20 00 vmbr0 20
client made30 03 vmbr1v30
# A guest that does the tagging itself, on a port that lets all VLANs through, and a machine behind the switch.
client trunk 01 vmbr0
ip -n trunk link add link eth0 name eth0.20 up type vlan id 20
ip -n far link add link wire name wire.30 up type vlan id 30
for name in plain tag20 tag30 both20 made30; do ask $name eth0 & asking="$asking $!"; done
ask trunk eth0.20 & asking="$asking $!"
ask far wire.30 & asking="$asking $!"
wait $asking
say plain.eth0 tag20.eth0 tag30.eth0 both20.eth0 made30.eth0 trunk.eth0.20 far.wire.30

# Whoever is on another VLAN than its config says is unknown there; a bridge that does not exist is waited for.
$NODE /srv/agent.mjs status --json > /tmp/status &
asking=$!
client wrong30 01 vmbr0 30
client wrong20 02 vmbr0 20
client wrong 01 vmbr0
client wrong1 03 vmbr1
for name in wrong30 wrong20 wrong wrong1; do ask $name eth0 3 & asking="$asking $!"; done
ask trunk eth0 3 & asking="$asking $!"
ask far wire 3 & asking="$asking $!"
wait $asking
say wrong30.eth0 wrong20.eth0 wrong.eth0 wrong1.eth0 trunk.eth0 far.wire

# A guest moves to another VLAN, and the first guest of a tag starts.
conf 101 01 bridge=vmbr0,tag=30 10.1.30.6
make_tagged_bridge 40
client made40 06 vmbr1v40
asking=
for name in wrong30 made40; do ask $name eth0 & asking="$asking $!"; done
wait $asking
ask tag20 eth0 3
say wrong30.eth0 made40.eth0 tag20.eth0
echo "status $(cat /tmp/status)"
for port in $(ls /sys/class/net | grep ^pwk); do echo "port $(bridge -o vlan show dev $port | tr -s ' \t\n' ' ')"; done
kill $agent
wait $agent
sed 's/^/log /' /tmp/agent.log
LAB
# An emulated processor is slowest at code that is made while it runs.
chroot root /usr/bin/env NODE='/srv/node --single-threaded --no-opt' sh /tmp/lab.sh
