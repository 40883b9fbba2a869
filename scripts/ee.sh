#!/usr/bin/env bash
# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Build the image of examples/execution-environment with this checkout's collection in it, and onboard the people of
# examples/ci in it against the simulator, twice. The second run must change nothing. Takes root, Debian or Ubuntu,
# 2 GB of TMPDIR and some minutes; everything but the Debian packages it installs is removed at the end.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

say() { printf 'ee: %4d s  %s\n' "$SECONDS" "$1"; }
die() { printf 'ee: %s\n' "$@" >&2; exit 1; }

missing=()
((EUID == 0)) || missing+=("root, for debootstrap and podman")
command -v apt-get > /dev/null || missing+=("apt-get, that is Debian or Ubuntu")
[[ -x .venv/bin/ansible-builder ]] || missing+=(".venv with ansible-builder: make setup")
((${#missing[@]} == 0)) || die "cannot build the image here; missing:" "${missing[@]/#/- }" \
    "elsewhere, with podman or docker: ansible-builder build in examples/execution-environment"

work=$(mktemp -d)
simulator=
clean_up() {
    [[ -z $simulator ]] || kill "$simulator" 2> /dev/null || true
    # The containers and images are in the folder, but may still be mounted.
    podman rm --all --force > /dev/null 2>&1 || true
    findmnt -rno TARGET | grep "^$work/" | sort --reverse | xargs --no-run-if-empty umount || true
    rm -rf --one-file-system "$work"
}
trap clean_up EXIT

say "Debian's podman, runc and debootstrap"
{
    apt-get update --quiet
    DEBIAN_FRONTEND=noninteractive apt-get install --quiet --yes --no-install-recommends \
        debian-archive-keyring debootstrap podman runc
} > "$work/log" 2>&1 || die "$(tail "$work/log")"

# Storage of our own, and what also works in a container: runc does without cgroups v2, and limits are not raised.
export CONTAINERS_CONF=$work/containers.conf CONTAINERS_STORAGE_CONF=$work/storage.conf
cat > "$CONTAINERS_CONF" << EOF
[containers]
default_ulimits = ["nofile=4096:4096", "nproc=4096:4096"]
[engine]
runtime = "runc"
tmp_dir = "$work/run/libpod"
EOF
cat > "$CONTAINERS_STORAGE_CONF" << EOF
[storage]
driver = "overlay"
graphroot = "$work/images"
runroot = "$work/run"
EOF

say "the base image, Debian trixie"
certificates=/etc/ssl/certs/ca-certificates.crt
debootstrap --variant=minbase --include=ca-certificates trixie "$work/root" > "$work/log" 2>&1 \
    || die "$(tail "$work/log")"
# Those that this machine trusts, which may be more than Debian's.
cp "$certificates" "$work/root$certificates"
tar -C "$work/root" -c . | podman import --quiet --change "ENV PIP_CERT=$certificates" - localhost/base > /dev/null
rm -rf --one-file-system "$work/root"

say "the image of examples/execution-environment"
context=$work/context
.venv/bin/ansible-builder create --file examples/execution-environment/execution-environment.yml \
    --context "$context" --output-filename Containerfile > /dev/null
.venv/bin/ansible-galaxy collection build --output-path "$context/_build" . > /dev/null
# The only differences from what a user builds: the base above, and the collection of this checkout.
(cd "$context/_build" && printf 'collections: [{name: %s, type: file}]\n' *.tar.gz > requirements.yml)
podman build --isolation chroot --build-arg EE_BASE_IMAGE=localhost/base --tag localhost/ee "$context" \
    > "$work/log" 2>&1 || die "$(tail -n 40 "$work/log")"
podman image inspect --format '{{.Size}}' localhost/ee | awk '{printf "ee: %.0f MB\n", $1 / 1e6}'

people=examples/ci/people.yml
.venv/bin/python -m simulator --inventory "$people" --credential ee-id:ee-secret > "$work/url" 2> "$work/log" &
simulator=$!
until [[ -s $work/url ]]; do kill -0 "$simulator" 2> /dev/null || die "$(< "$work/log")"; sleep 0.1; done
mkdir -p "$work/runner/env" "$work/runner/inventory"
cp "$people" "$work/runner/inventory/"
printf '%s: "%s"\n' ONELOGIN_BASE_URL "$(< "$work/url")" ONELOGIN_CLIENT_ID ee-id ONELOGIN_CLIENT_SECRET ee-secret \
    ONELOGIN_JOURNAL /runner/journal.sqlite > "$work/runner/env/envvars"

in_image() { podman run --rm --network=host --user=0 --volume "$work/runner:/runner" localhost/ee "$@"; }

say "what it holds"
in_image python3 -c 'import requests, sqlalchemy, pyotp, segno, openpyxl, phonenumbers'
in_image ansible-galaxy collection list community.onelogin | grep '^community.onelogin '
for run in first second; do
    say "onboarding in it, the $run time"
    in_image ansible-runner run /runner -p community.onelogin.onboard --ident "$run" > "$work/$run" \
        || die "$(< "$work/$run")"
    sed -e 's/\x1b\[[0-9;]*m//g' -e '1,/^PLAY RECAP/d' "$work/$run"
done
people_changed() { grep -c 'changed=[1-9]' "$work/$1" || true; }
[[ $(people_changed first) == "$(grep -c onelogin_email: "$people")" ]] \
    || die "the first run has not enrolled all people"
[[ $(people_changed second) == 0 ]] || die "the second run has changed something"
say "done"
