#!/bin/sh
# Installs the Debian or Ubuntu packages that a step needs and that are missing. When it may not
# install (not root, no password-free sudo, no apt), it names them and ends with 1.
#
#   scripts/install-system-packages.sh run       what `make run` needs
#   scripts/install-system-packages.sh mariadb   what the MariaDB driver is compiled with
#   scripts/install-system-packages.sh test      what `make test` needs: the same, a browser, Chinese fonts
#   scripts/install-system-packages.sh servers   MariaDB and Redis for the second lane of `make test`
set -eu

case "${1:-}" in
    run) packages="python3-venv" ;;
    mariadb) packages="gcc libmariadb-dev pkg-config python3-dev" ;;
    test) packages="chromium fonts-noto-cjk gcc libmariadb-dev pkg-config python3-dev" ;;
    servers) packages="mariadb-server redis-server" ;;
    *)
        echo "Usage: $0 run|mariadb|test|servers" >&2
        exit 2
        ;;
esac

missing=""
for package in $packages; do
    status=$(dpkg-query -W -f='${Status}' "$package" 2>/dev/null || true)
    [ "$status" = "install ok installed" ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ]; then
    as_root=""
elif sudo -n true 2>/dev/null; then
    as_root="sudo -n"
else
    as_root="refused"
fi

if [ "$as_root" = refused ] || ! command -v apt-get >/dev/null; then
    echo "Missing system packages:$missing" >&2
    echo "Install them as an administrator, then repeat the command:" >&2
    echo "    sudo apt-get install --no-install-recommends$missing" >&2
    exit 1
fi

echo "Installing system packages:$missing"
$as_root apt-get update -qq
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends $missing >/dev/null
