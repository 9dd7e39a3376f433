#!/usr/bin/env bash
# Proof from bare: makes a minimal Debian or Ubuntu with python3, bash and git, copies the last commit in, and runs what a newcomer would.
#   scripts/bare.sh DIRECTORY [SUITE]     as root; needs debootstrap. DIRECTORY/base is made once, and each run begins with a copy of it.
# Prints a line per thing shown and ends with status 1 at the first that does not hold. How this machine reaches its package
# registries (mirror, certificates, pip and npm settings) is taken over from it at run time.
set -euo pipefail

checkout=$(cd "$(dirname "$(readlink -f "$0")")/.." && pwd)
base=$(readlink -m "${1:?directory for the system}")/base
system=${base%/base}/system
suite=${2:-bookworm}

make_base() {
    local mirror
    mirror=$(sed -nE "s/^URIs: *([^ ]+).*/\1/p; s/^deb +(\[[^]]*\] +)?([^ ]+) .*/\2/p" \
        /etc/apt/sources.list.d/debian.sources /etc/apt/sources.list 2>/dev/null | head -1 || true)
    debootstrap --variant=minbase --include=python3,bash,git "$suite" "$base.new" ${mirror:+"$mirror"} >"$base.log"
    mv "$base.new" "$base"
}

take_over_access() {
    cp -L /etc/resolv.conf /etc/hosts "$system/etc/"
    for path in /etc/ssl/certs /usr/local/share/ca-certificates /etc/pip.conf "$HOME/.npmrc" "$HOME/.config/pip" /usr/etc/npmrc; do
        if [ -e "$path" ]; then mkdir -p "$system$(dirname "$path")" && cp -rL "$path" "$system$(dirname "$path")/"; fi
    done
    grep -lE '^ *Acquire::(http|https|Check)' /etc/apt/apt.conf.d/* 2>/dev/null | xargs -r cp -t "$system/etc/apt/apt.conf.d/"
}

access_variables() {
    env | grep -E '^(PIP_|npm_config_|NPM_CONFIG_|NODE_EXTRA_CA_CERTS=|SSL_CERT_|REQUESTS_CA_BUNDLE=|CURL_CA_BUNDLE=|GIT_SSL_|(https?|no)_proxy=)' || true
}

mkdir -p "${base%/base}"
[ -e "$base" ] || make_base
rm -rf --one-file-system "$system"
cp -a "$base" "$system"
take_over_access
git clone --quiet --depth=1 "file://$checkout" "$system/srv/portal"
cp "$checkout/scripts/bare-inside.py" "$system/srv/bare-inside.py"
mapfile -t access < <(access_variables)

# A process and mount namespace of its own: nothing that runs or is mounted inside outlives this command.
exec unshare --mount --pid --fork --kill-child bash -c '
    mount -t proc proc "$1/proc"
    mkdir -p "$1/dev/shm" "$1/dev/pts" && mount -t tmpfs shm "$1/dev/shm" && mount -t devpts -o newinstance,ptmxmode=0666 pts "$1/dev/pts"
    ln -sf pts/ptmx "$1/dev/ptmx"
    exec chroot "$1" env -i HOME=/root TERM=dumb PATH=/usr/sbin:/usr/bin:/sbin:/bin "${@:2}" python3 /srv/bare-inside.py
' bare "$system" "${access[@]}"
