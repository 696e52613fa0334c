#!/bin/sh
# Brings what the preset runs onto the disk, once and only with the right sum. A network that is not there yet
# is waited for; a wrong sum ends it. PROXWRIGHT_ROOT and PROXWRIGHT_PAUSE are for trying it out elsewhere.
set -eu
root=${PROXWRIGHT_ROOT:-}
pause=${PROXWRIGHT_PAUSE:-10}
. "$root/etc/proxwright/preset.env"

get() {
  # A connection that has gone silent is given up after a minute.
  until curl --fail --silent --show-error --location --connect-timeout 20 --speed-limit 100 --speed-time 60 \
    --output "$2" "$1"; do
    echo "$1 cannot be fetched yet, next try in $pause s"
    sleep "$pause"
  done
}

sum_of() {
  sha256sum "$1" | cut -d ' ' -f 1
}

file=$root$FILE
kept=$root/etc/proxwright/sha256
# The sum of the publisher's list counts from the first time on: what is published later changes nothing here.
if [ -z "$SHA256" ] && [ ! -s "$kept" ]; then
  list=$kept.list
  get "$LIST" "$list"
  awk -v name="$NAME" '$2 == name || $2 == "*" name { print $1; exit }' "$list" >"$kept.new"
  rm -f "$list"
  if [ ! -s "$kept.new" ]; then
    echo "$LIST has no sum for $NAME: is there such a version?" >&2
    exit 1
  fi
  mv "$kept.new" "$kept"
fi
[ -n "$SHA256" ] || SHA256=$(cat "$kept")

if [ ! -f "$file" ] || [ "$(sum_of "$file")" != "$SHA256" ]; then
  mkdir -p "$(dirname "$file")"
  get "$URL" "$file.part"
  found=$(sum_of "$file.part")
  if [ "$found" != "$SHA256" ]; then
    rm -f "$file.part"
    echo "$URL has the sum $found, not $SHA256: it is not used" >&2
    exit 1
  fi
  chmod "$MODE" "$file.part"
  mv "$file.part" "$file"
fi

if [ -n "$LINK" ] && [ "$(readlink "$root$LINK" || true)" != "$FILE" ]; then
  mkdir -p "$(dirname "$root$LINK")"
  ln -sfn "$FILE" "$root$LINK"
  systemctl restart systemd-sysext.service
  # Flatcar's own helper, which starts what an extension brings; newer systems do without.
  systemctl restart --no-block ensure-sysext.service 2>/dev/null || true
  systemctl daemon-reload
fi
