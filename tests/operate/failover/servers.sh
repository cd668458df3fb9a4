#!/usr/bin/env bash
# Two PostgreSQL servers on 127.0.0.1, the second a synchronous standby of the first:
#
#   tests/operate/failover/servers.sh FOLDER start PORT STANDBY_PORT    both run, with the database and role hims
#   tests/operate/failover/servers.sh FOLDER fail                       the first dies, the second is promoted
#   tests/operate/failover/servers.sh FOLDER stop                       nothing runs any more
#
# FOLDER is made by `start`. A commit is answered once both have it on the disk.
set -euo pipefail
folder=$1 order=$2

if command -v initdb >/dev/null; then
    # Where the name leads to, as the other programs may have no such name.
    bin=$(dirname "$(readlink -f "$(command -v initdb)")")
else
    bin=$(printf '%s\n' /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
fi
# PostgreSQL refuses to run as root.
owner=$(id -un) as_owner=()
if [[ $(id -u) -eq 0 ]]; then
    owner=postgres
    as_owner=(setpriv --reuid="$owner" --regid="$(id -g "$owner")" --clear-groups)
fi
as_owner() { (cd "$folder" && "${as_owner[@]}" "$@"); }
pg_ctl() { as_owner "$bin/pg_ctl" -D "$folder/$1" -s -l "$folder/$1.log" "${@:2}"; }
configure() {
    printf '%s\n' "port = $2" "listen_addresses = '127.0.0.1'" "unix_socket_directories = '$folder'" \
        "max_connections = 60" >>"$folder/$1/postgresql.conf"
}

case $order in
    start)
        mkdir -m 700 "$folder"
        chown "$owner" "$folder"
        as_owner "$bin/initdb" -D "$folder/first" -U hims --auth=trust --encoding=UTF8 --locale=C.UTF-8 --no-sync >/dev/null
        configure first "$3"
        pg_ctl first -w start
        as_owner "$bin/pg_basebackup" -D "$folder/second" -d "host=127.0.0.1 port=$3 user=hims application_name=second" \
            -R -X stream -c fast
        configure second "$4"
        pg_ctl second -w start
        as_owner "$bin/psql" -q -h 127.0.0.1 -p "$3" -U hims -d postgres -v ON_ERROR_STOP=1 \
            -c "CREATE DATABASE hims" \
            -c "ALTER SYSTEM SET synchronous_standby_names = 'second'" \
            -c "SELECT pg_reload_conf()" >/dev/null
        ;;
    fail)
        pg_ctl first -m immediate stop
        pg_ctl second -w promote
        ;;
    stop)
        for server in first second; do
            pg_ctl "$server" -m immediate stop 2>/dev/null || true
        done
        rm -rf "$folder"
        ;;
esac
