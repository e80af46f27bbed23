# The parent of one embedded server: no server outlives the JVM that holds this script's standard input.
#
#   sh -c "<this text>" bbm-watchdog LAST_SIGNAL LOG SCRATCH COMMAND ...
#
# First line on standard output: the server's process id. Each line on standard input: a signal to pass on.
# End of standard input means that the JVM is gone, by kill -9 too: the server gets LAST_SIGNAL, three seconds
# later KILL, and then the directory SCRATCH is removed (empty: nothing is). Exit status: the server's own.
last_signal=$1 log=$2 scratch=$3
shift 3
exec 3<&0 </dev/null
trap '' INT

"$@" >>"$log" 2>&1 3<&- &
server=$!
echo "$server"
exec >/dev/null 2>&1

(
  while read -r signal; do kill -s "$signal" "$server"; done
  trap '' TERM
  kill -s "$last_signal" "$server"
  polls=0
  while kill -s 0 "$server" && [ "$polls" -lt 12 ]; do
    sleep 0.25
    polls=$((polls + 1))
  done
  kill -s KILL "$server"
  [ -z "$scratch" ] || rm -rf -- "$scratch"
) <&3 &
reader=$!

# Not before the reader is born: it could take a TERM that is meant for it with this handler, and live on.
trap 'kill -s "$last_signal" "$server"' TERM HUP
wait "$server"
status=$?
while kill -s 0 "$server"; do
  wait "$server"
  status=$?
done
kill -s TERM "$reader"
wait "$reader"
exit "$status"
