"""The Debian package as an operator meets it: built, installed, upgraded under a running server, removed and purged, by
dpkg itself, in a throwaway layer over this machine's own system (which has what the package depends on). Needs root."""

import os
import re
import subprocess
from pathlib import Path

from test_programs import ROOT, Outcome, script

LIMIT = 300

# The machine's root with a layer of memory over it: what happens in there is gone with the mount namespace.
INSIDE = r"""
set -eu
mount --make-rprivate /
layer=/mnt
mount -t tmpfs -o mode=755 none "$layer"
mkdir "$layer/upper" "$layer/work" "$layer/root"
mount -t overlay overlay -o "lowerdir=/,upperdir=$layer/upper,workdir=$layer/work" "$layer/root"
mount -t proc proc "$layer/root/proc"
mount --rbind /dev "$layer/root/dev"
mount -t tmpfs -o mode=755 none "$layer/root/run"
mount -t tmpfs -o mode=1777 none "$layer/root/tmp"
cp "$1" "$layer/root/tmp/first.deb"
cp "$2" "$layer/root/tmp/second.deb"
exec chroot "$layer/root" bash -eu -c "$3"
"""

HELPERS = r"""
export PATH=/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive
cd /
expect() { [ "$2" = "$3" ] || { echo "$1: \"$2\" instead of \"$3\"" >&2; exit 1; }; }
wait_for() { for _ in $(seq 200); do if "${@:2}"; then return 0; fi; sleep 0.1; done; echo "waited in vain for $1" >&2; cat /tmp/log >&2; exit 1; }
"""

INSTALLED = r"""
dpkg -i /tmp/first.deb >/dev/null
expect "who owns the data" "$(stat -c '%U:%G %a' /var/lib/quickclinic)" "quickclinic:quickclinic 750"
expect "who reads the key" "$(stat -c '%U:%G %a' /etc/quickclinic/secrets.env)" "root:quickclinic 640"
expect "who reads the settings" "$(stat -c '%U:%G %a' /etc/quickclinic/quickclinic.env)" "root:quickclinic 640"
expect "its conffiles" "$(dpkg-query -W -f '${Conffiles}' quickclinic | awk 'NF { print $1 }')" /etc/quickclinic/quickclinic.env
systemctl --root=/ is-enabled quickclinic.service >/dev/null
zcat /usr/share/man/man1/quickclinic.1.gz | grep -q 'SIGUSR2'
. /usr/share/bash-completion/completions/quickclinic
COMP_WORDS=(quickclinic us) COMP_CWORD=1; _quickclinic; expect "a completed command" "${COMPREPLY[*]}" user
COMP_WORDS=(quickclinic user dis) COMP_CWORD=2; _quickclinic; expect "a completed word" "${COMPREPLY[*]}" disable
COMP_WORDS=(quickclinic --env-f) COMP_CWORD=1; _quickclinic; expect "a completed option" "${COMPREPLY[*]}" --env-file
"""

# As the unit starts it, but for systemd.
SERVED = r"""
ip link set lo up 2>/dev/null || true
command=$(sed -n 's/^ExecStart=//p' /lib/systemd/system/quickclinic.service)
setpriv --reuid quickclinic --regid quickclinic --clear-groups --no-new-privs env -i -C /var/lib/quickclinic \
  QUICKCLINIC_DATA=/var/lib/quickclinic HANDOVER_WINDOW=1 SOCKET_PORT=0 $command >/tmp/out 2>/tmp/log &
first=$!
wait_for "a server" grep -q '^listening on' /tmp/out
port=$(sed -n 's/^listening on .*://p' /tmp/out)
health() { quickclinic health --env-file /etc/quickclinic/quickclinic.env --port "$port"; }
expect "its health" "$(health)" '{"status":"ready"}'
"""

UPGRADED = r"""
key=$(cat /etc/quickclinic/secrets.env)
echo 'LOG_FORMAT=json' >>/etc/quickclinic/quickclinic.env
dpkg -i /tmp/second.deb >/dev/null
expect "the version" "$(dpkg-query -W -f '${Version}' quickclinic)" 9.9.9
tail -n 1 /etc/quickclinic/quickclinic.env | grep -q '^LOG_FORMAT=json$'
expect "the key after an upgrade" "$(cat /etc/quickclinic/secrets.env)" "$key"
readlink "/proc/$first/exe" | grep -q deleted
kill -USR2 "$first"
wait_for "a new process" grep -q 'handed over' /tmp/log
second=$(sed -n 's/.*handed over pid=\([0-9]*\).*/\1/p' /tmp/log)
wait "$first"
expect "the program of the new process" "$(readlink "/proc/$second/exe")" /usr/bin/quickclinic
grep -q '"event":"serving"' /tmp/log
expect "its health after an upgrade" "$(health)" '{"status":"ready"}'
kill "$second"
wait_for "its end" test ! -e "/proc/$second/exe"
if health 2>/dev/null; then echo "it is well after its end" >&2; exit 1; fi
"""

REMOVED = r"""
dpkg -r quickclinic >/dev/null
test ! -e /usr/bin/quickclinic
test -e /etc/quickclinic/quickclinic.env
test -e /etc/quickclinic/secrets.env
dpkg -P quickclinic >/dev/null 2>/tmp/purged
test ! -e /etc/quickclinic
test -e /var/lib/quickclinic/quickclinic.db
grep -q 'was kept' /tmp/purged
if dpkg-query -W quickclinic 2>/dev/null; then exit 1; fi
rm -r /var/lib/quickclinic
dpkg -i /tmp/first.deb >/dev/null
dpkg -P quickclinic >/dev/null
test ! -e /var/lib/quickclinic
find /etc/systemd /var/lib/systemd/deb-systemd-helper* -name '*quickclinic*' | (! grep .)
"""


def build_packages(build, place):
    """Two of them, which differ in their version; the second lies in a folder of its own."""
    subprocess.run(["ninja", "-C", str(build), "deb"], check=True, capture_output=True, text=True)
    subprocess.run(["cpack", "--config", str(build / "CPackConfig.cmake"), "-B", str(place), "-D", "CPACK_PACKAGE_VERSION=9.9.9"],
                   check=True, capture_output=True, text=True, cwd=build)
    first = [path for path in build.glob("quickclinic_*.deb") if not re.search("9.9.9", path.name)]
    return sorted(first)[-1], next(place.glob("quickclinic_9.9.9_*.deb"))


def outcomes(build):
    if os.geteuid() != 0:
        yield Outcome("the Debian package: needs root to be installed", True, 0, "", skipped=True)
        return
    place = ROOT / "build/deb"
    try:
        packages = build_packages(Path(build), place)
    except subprocess.CalledProcessError as error:
        yield Outcome("the Debian package is built", False, 0, error.stdout + error.stderr)
        return
    steps = HELPERS + INSTALLED + SERVED + UPGRADED + REMOVED
    yield script("the Debian package is installed, served, upgraded, removed and purged",
                 ["unshare", "--mount", "bash", "-c", INSIDE, "inside", *map(str, packages), steps], LIMIT)
