#!/bin/sh
# pct(1) on Debian's own lxc, as far as an installation of Kea uses it. A container's system is this machine's, as it
# was before anything was done to it; its configuration is the file that the plan has made.
set -eu
verb=$1 id=$2
conf=/etc/pve/local/lxc/$id.conf
home=/var/lib/lxc/$id
case $verb in
create)
	mkdir -p "$home"
	mount -t tmpfs tmpfs "$home"
	mkdir "$home/rootfs" "$home/upper" "$home/work" "$home/docker"
	mount -t overlay -o "lowerdir=/srv/debian,upperdir=$home/upper,workdir=$home/work" overlay "$home/rootfs"
	# LXC is there for the node alone.
	for unit in lxc lxc-net lxc-monitord; do
		ln -s /dev/null "$home/rootfs/etc/systemd/system/$unit.service"
	done
	# What the program of these tests needs; the real one is whole in itself.
	cp -a /opt/. "$home/rootfs/opt/"
	;;
start)
	# As PVE::LXC::update_lxc_config does: the raw lines come last.
	{
		echo "lxc.include = /usr/share/lxc/config/common.conf"
		echo "lxc.rootfs.path = dir:$home/rootfs"
		# An overlay is nothing that Docker could put its own on.
		echo "lxc.mount.entry = $home/docker var/lib/docker none bind,create=dir 0 0"
		sed -n 's/^hostname: /lxc.uts.name = /p; s/^\(lxc\.[a-z0-9_.]*\): */\1 = /p' "$conf"
	} > "$home/config"
	lxc-start --name "$id" --logfile "$home/log" --logpriority WARN
	;;
exec)
	shift 3
	exec lxc-attach --name "$id" --keep-env -- "$@"
	;;
shutdown)
	lxc-stop --name "$id" --timeout 30
	;;
destroy)
	umount "$home/rootfs" "$home"
	rm -r "$home"
	;;
esac
