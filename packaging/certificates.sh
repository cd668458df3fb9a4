#!/bin/sh
# Makes an authority and a certificate for a database server, unless they are there:
#
#   certificates.sh FOLDER NAME
#
# FOLDER then holds authority.pem, which clients trust, server.pem and server.key. NAME is the server's name.
set -eu

folder=$1 name=$2
[ -e "$folder/server.pem" ] && exit 0

umask 077
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -days 3650 \
    -subj "/CN=Database authority" -keyout "$folder/authority.key" -out "$folder/authority.pem"
openssl req -x509 -CA "$folder/authority.pem" -CAkey "$folder/authority.key" \
    -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -days 3650 -extensions usr_cert \
    -subj "/CN=$name" -addext "subjectAltName=DNS:$name" \
    -keyout "$folder/server.key" -out "$folder/server.pem.new"
# The authority made its one certificate: whoever takes the volume cannot make another.
rm "$folder/authority.key"
chmod 644 "$folder/authority.pem" "$folder/server.pem.new"
# The server runs as this user in its own image.
if getent passwd postgres >/dev/null && [ "$(id -u)" = 0 ]; then
    chown postgres:postgres "$folder/server.key"
fi
mv "$folder/server.pem.new" "$folder/server.pem"
