#!/bin/sh
# Runs one Envoy and outlives nobody: Envoy ends when this script's standard input ends, that is
# when the lab closes it or dies, however it dies. The folder that Envoy needs is made here and
# removed here, so that nothing is left behind.
#
#   envoyGuard.sh ENVOY [ARGUMENT...]
#
# Reads Envoy's bootstrap from the first line of standard input. Prints the folder's path as the
# first line and Envoy's process id as the second, before Envoy can say a word; the file admin-address
# in the folder holds Envoy's admin address once it listens.
set -u
folder=$(mktemp -d "${TMPDIR:-/tmp}/circuit-lab-XXXXXX") || exit 70
trap 'rm -rf "$folder"' EXIT
# Signals reach the lab, which then closes the input; a terminal sends them to everyone. A lab that
# died before it read the folder's path must not end this script before its trap.
trap '' INT TERM HUP PIPE
head -n 1 >"$folder/bootstrap.json"
# For an Envoy whose clusters change while it runs; none until the lab has put some there.
echo '{"resources":[]}' >"$folder/clusters.json"
echo "$folder"

# A background command's standard input is /dev/null unless it is named.
exec 3<&0
(
  trap - INT TERM HUP PIPE
  cd "$folder" || exit 70
  # A shell of its own, as `$$` here is the outer one's: it becomes Envoy.
  exec /bin/sh -c 'echo $$ && exec "$@"' sh \
    "$@" --config-path "$folder/bootstrap.json" --admin-address-path "$folder/admin-address" 3<&-
) </dev/null &
envoy=$!

{
  while read -r _; do :; done
  kill -TERM "$envoy"
  for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    sleep 0.1
    kill -0 "$envoy" || exit
  done
  kill -KILL "$envoy"
} <&3 >/dev/null 2>&1 &
watcher=$!
exec 3<&-

wait "$envoy"
status=$?
kill -KILL "$watcher" 2>/dev/null
exit "$status"
