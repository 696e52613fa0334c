#!/bin/sh
# Writes whether k3s begins a cluster or joins one. A server that has its data keeps to it. Otherwise whoever
# finds a server of this very cluster joins that, and only the first server begins a cluster, after no other
# has answered for a while: so a first server that is made anew joins the cluster that it once began.
# PROXWRIGHT_ROOT, _PAUSE and _PATIENCE (seconds) are for trying it out elsewhere.
set -eu
umask 077
root=${PROXWRIGHT_ROOT:-}
pause=${PROXWRIGHT_PAUSE:-3}
patience=${PROXWRIGHT_PATIENCE:-45}
. "$root/etc/proxwright/preset.env"
out=$root/etc/rancher/k3s/config.yaml.d/50-proxwright.yaml
ca=$root/run/proxwright-ca.crt
mkdir -p "$(dirname "$out")" "$(dirname "$ca")"

if [ "$ROLE" = server ] && [ -d "$root/var/lib/rancher/k3s/server/db/etcd" ]; then
  echo 'this server has its data, and goes on with it'
  exit 0
fi

# Any k3s answers a ping; one of this cluster has our mark in its certificate.
answers() {
  curl --fail --silent --insecure --connect-timeout 3 --max-time 10 --output "$ca" \
    "https://$1:6443/cacerts" 2>/dev/null &&
    curl --fail --silent --connect-timeout 3 --max-time 10 --output /dev/null --cacert "$ca" \
      --connect-to "$MARK:6443:$1:6443" "https://$MARK:6443/ping" 2>/dev/null
}

# etcd takes no second member of one name. That there is none, or that it may not be done, is found out by k3s.
forget() {
  curl --fail --silent --connect-timeout 3 --max-time 10 --output /dev/null --cacert "$ca" \
    --connect-to "$MARK:6443:$1:6443" --header "@$root/etc/proxwright/forget.header" \
    --request DELETE "https://$MARK:6443/api/v1/nodes/$NODE" 2>/dev/null || true
}

decide() {
  printf '%s\n' "$1" >"$out.new"
  mv "$out.new" "$out"
  echo "$1"
  exit 0
}

waited=0
while :; do
  for peer in $PEERS; do
    if answers "$peer"; then
      [ "$ROLE" = agent ] || forget "$peer"
      decide "server: https://$peer:6443"
    fi
  done
  if [ "$waited" -ge "$patience" ]; then
    [ "$FIRST" = no ] || decide 'cluster-init: true'
    # An agent knows all servers from before; the one that it joined by may be gone for good.
    if [ "$ROLE" = agent ] && [ -s "$out" ]; then
      echo 'no server answers, going on with the one of last time'
      exit 0
    fi
    [ $((waited % 60)) -ge "$pause" ] || echo "none of $PEERS answers as a server of this cluster yet"
  fi
  sleep "$pause"
  waited=$((waited + pause))
done
