#!/bin/sh
# Begins or joins a cluster with kubeadm, once. Whoever finds a server of this very cluster joins that; only
# the first server begins one, after no other has answered for a while. A try that failed is cleared away
# before the next: nothing of it was of use to anybody.
# PROXWRIGHT_ROOT, _PAUSE and _PATIENCE (seconds) are for trying it out elsewhere.
set -eu
umask 077
root=${PROXWRIGHT_ROOT:-}
pause=${PROXWRIGHT_PAUSE:-5}
patience=${PROXWRIGHT_PATIENCE:-45}
etc=$root/etc/proxwright
. "$etc/preset.env"
ca=$root/run/proxwright-ca.crt
mkdir -p "$(dirname "$ca")"

# Every cluster shows its own certificate to whoever asks; one of ours has our mark in the server's.
answers() {
  curl --fail --silent --insecure --connect-timeout 3 --max-time 10 \
    "https://$1:6443/api/v1/namespaces/kube-public/configmaps/cluster-info" 2>/dev/null |
    jq -r .data.kubeconfig | sed -n 's/^ *certificate-authority-data: *//p' | base64 -d >"$ca" 2>/dev/null &&
    curl --fail --silent --connect-timeout 3 --max-time 10 --output /dev/null --cacert "$ca" \
      --connect-to "$MARK:6443:$1:6443" "https://$MARK:6443/livez" 2>/dev/null
}

joins() {
  sed "s/@PEER@/$1/" "$etc/kubeadm-join.yaml" >"$root/run/proxwright-join.yaml"
  kubeadm join --config "$root/run/proxwright-join.yaml"
}

begins() {
  kubeadm init --config "$etc/kubeadm-init.yaml" --upload-certs --skip-token-print \
    --skip-certificate-key-print >"$root/run/proxwright-init.log" 2>&1
}

# What it cannot do, such as while containerd is not up yet, the next try does.
clear_away() {
  kubeadm reset --force || echo 'kubeadm reset failed'
}

# The first server has also the network of pods to bring.
network() {
  [ -e "$etc/network-wanted" ] || return 0
  until curl --fail --silent --location --connect-timeout 20 --speed-limit 100 --speed-time 60 \
    --output "$etc/network.yaml" "$CNI_URL"; do
    sleep "$pause"
  done
  if ! echo "$CNI_SHA256  $etc/network.yaml" | sha256sum --check --status; then
    echo "$CNI_URL has another sum than $CNI_SHA256: it is not used" >&2
    exit 1
  fi
  until kubectl --kubeconfig "$root/etc/kubernetes/admin.conf" apply --filename "$etc/network.yaml"; do
    sleep "$pause"
  done
  rm "$etc/network-wanted"
}

done_with() {
  rm -f "$root/run/proxwright-join.yaml" "$root/run/proxwright-init.log"
  touch "$etc/joined"
}

# What a restart cut off is no cluster, and would answer as one.
if [ ! -e "$etc/joined" ] && [ -e "$root/etc/kubernetes/kubelet.conf" ]; then clear_away; fi

waited=0
while [ ! -e "$etc/joined" ]; do
  for peer in $PEERS; do
    answers "$peer" || continue
    if joins "$peer"; then done_with; else clear_away; fi
    break
  done
  if [ ! -e "$etc/joined" ] && [ "$FIRST" = yes ] && [ "$waited" -ge "$patience" ]; then
    [ -z "$CNI_URL" ] || touch "$etc/network-wanted"
    if begins; then
      done_with
    else
      echo "kubeadm init failed:" >&2
      grep -v -E '[0-9a-f]{64}|[0-9a-f]{6}\.[0-9a-f]{16}' "$root/run/proxwright-init.log" | tail -n 20 >&2 || true
      clear_away
    fi
  fi
  [ -e "$etc/joined" ] && break
  if [ "$waited" -ge "$patience" ] && [ $((waited % 60)) -lt "$pause" ]; then
    echo "none of $PEERS has let this guest into the cluster yet"
  fi
  sleep "$pause"
  waited=$((waited + pause))
done
network
