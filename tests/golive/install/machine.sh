#!/usr/bin/env bash
# An empty Debian (or Ubuntu, where that is what this machine runs) with its own systemd and network, as root:
#
#   tests/golive/install/machine.sh CACHE
#
# CACHE keeps its packages between runs, one run at a time; what is written later lies in memory and is gone with it. It
# reaches other machines, and what it serves at its own 127.0.0.1:8080 is at a port of this one. Prints "ready PID PORT",
# where PID is the first process in it (nsenter --target PID --all), and goes when its standard input ends.
set -euo pipefail
cache=$1
. /etc/os-release

scratch=$(mktemp -d)
started=() leader=''
end() {
    kill "${started[@]}" 2>/dev/null || true
    # Without its first process nothing of the machine goes on.
    [[ -n $leader ]] && kill -KILL "$leader" 2>/dev/null
    wait "${started[@]}" 2>/dev/null || true
    rm -rf "$scratch"
}
trap end EXIT
trap 'exit 0' TERM
exec 8<&0
{ cat <&8 >/dev/null; kill $$ 2>/dev/null; } &
exec 8<&-

case $ID in
    debian) mirror=http://deb.debian.org/debian components=main ;;
    ubuntu) mirror=http://archive.ubuntu.com/ubuntu components=main,universe ;;
    *) echo "this test installs packages of Debian or Ubuntu; $PRETTY_NAME has others" >&2; exit 1 ;;
esac
root=$cache/$VERSION_CODENAME
mkdir -p "$cache"
exec 9>"$cache/lock"
flock 9
if [[ ! -e $cache/$VERSION_CODENAME.whole ]]; then
    rm -rf "$root"
    debootstrap --variant=minbase --components="$components" --include=systemd,systemd-sysv,dbus \
        "$VERSION_CODENAME" "$root" "$mirror" >"$cache/log" 2>&1 || { tail -n 5 "$cache/log" >&2; exit 1; }
    # The address at which slirp4netns answers for names.
    rm -f "$root/etc/resolv.conf"
    echo "nameserver 10.0.2.3" >"$root/etc/resolv.conf"
    touch "$cache/$VERSION_CODENAME.whole"
fi

systemd-nspawn --quiet --boot --register=no --keep-unit --private-network --volatile=overlay --resolv-conf=off \
    --machine="hims-$$" --directory="$root" </dev/null >"$scratch/console" 2>&1 9>&- &
machine=$!
started+=("$machine")
inside() { nsenter --target "$leader" --all "$@"; }
is_up() {
    leader=$(pgrep --parent "$machine" | head -n 1) && [[ $(cat "/proc/$leader/comm") == systemd ]] &&
        [[ $(inside systemctl is-system-running 2>/dev/null) =~ ^(running|degraded)$ ]]
}
until is_up; do
    if ! kill -0 "$machine" 2>/dev/null || [[ $SECONDS -gt 360 ]]; then
        cat "$scratch/console" >&2
        exit 1
    fi
    sleep 0.2
done

slirp4netns --configure --mtu=65520 --disable-host-loopback --ready-fd=3 "$leader" tap0 3>"$scratch/network" >/dev/null 2>&1 9>&- &
started+=($!)
until [[ -s $scratch/network ]]; do
    kill -0 $! 2>/dev/null || { echo "slirp4netns does not start: is there a /dev/net/tun?" >&2; exit 1; }
    sleep 0.1
done

# Below the ports that connections and other tests are given.
for port in $(shuf --input-range=20000-30000 --head-count=20); do
    systemd-socket-activate --listen="127.0.0.1:$port" nsenter --target "$leader" --net \
        /lib/systemd/systemd-socket-proxyd 127.0.0.1:8080 >/dev/null 2>"$scratch/port" 9>&- &
    proxy=$!
    until grep --quiet Listening "$scratch/port" || ! kill -0 "$proxy" 2>/dev/null; do sleep 0.1; done
    kill -0 "$proxy" 2>/dev/null && break
done
started+=("$proxy")

echo "ready $leader $port"
wait "$machine"
