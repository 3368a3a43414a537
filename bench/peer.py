"""The servers that the benchmark compares: which of them can run here, and one of them while it is measured."""

import ctypes
import os
import re
import select
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

PEERS = Path(__file__).resolve().parent / "peers"
OURS = "quickclinic"
RIVALS = ("node", "bun")  # the goals are ratios to the better of these
START_SECONDS_MAX = 15
STOP_SECONDS_MAX = 10
LISTENING = re.compile(rb"listening on (?:http://[\d.]+:)?(\d+)")
PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True)
class Peer:
    name: str
    command: list
    scenarios: frozenset | None = None  # None: all those without a database
    prepare: tuple = ()  # run once on a new database
    stores: bool = False  # takes part in the scenarios with a database, and in no others


class Failure(Exception):
    """A run that counts for nothing, and why."""


def say(text):
    print(text, file=sys.stderr, flush=True)


def built(build_dir, name):
    found = [path for path in build_dir.rglob(name) if path.is_file() and os.access(path, os.X_OK)]
    return found[0] if found else None


def installed(folder, package):
    return (PEERS / folder / "node_modules" / package / "package.json").exists()


def bun():
    """The first Bun program of the installed packages that runs on this processor."""
    for program in sorted((PEERS / "bun" / "node_modules" / "@oven").glob("*/bin/bun")):
        try:
            if subprocess.run([program, "--version"], capture_output=True, timeout=START_SECONDS_MAX).returncode == 0:
                return program
        except (OSError, subprocess.TimeoutExpired):
            continue
    return None


def install_packages():
    npm = shutil.which("npm")
    for folder, package in (("node", "socket.io"), ("chat", "pg"), ("bun", "@socket.io/bun-engine")):
        if npm and not installed(folder, package):
            call(npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", cwd=PEERS / folder)


def peers(build_dir, shards):
    """The servers that can run here; the others are named, with the reason, and left out."""
    found = []
    if echo := built(build_dir, "quickclinic_echo"):
        found.append(Peer(OURS, [echo, "--shards", shards]))
    else:
        say("left out: quickclinic, because quickclinic_echo is not built")
    node = shutil.which("node")
    if node and installed("node", "socket.io"):
        found.append(Peer("node", [node, PEERS / "node" / "server.js"]))
    else:
        say("left out: node, because node or its packages are not installed")
    if installed("bun", "@socket.io/bun-engine") and (program := bun()):
        found.append(Peer("bun", [program, PEERS / "bun" / "server.js"]))
    else:
        say("left out: bun, because its packages are not installed or hold no program for this machine")
    if beast := built(build_dir, "quickclinic_beast_echo"):
        found.append(Peer("beast", [beast], frozenset({"echo", "idle", "handshake"})))
    return found + storing_peers(build_dir, shards, node)


def storing_peers(build_dir, shards, node):
    """The real program, and the chat written with the official server and pg."""
    found = []
    if program := built(build_dir, "quickclinic"):
        # The load comes from one address, and writes more than people do.
        unlimited = ["--max-connections-per-address", "0"]
        for limited in ("handshakes-per-address", "handshakes-per-user", "requests-per-user", "messages-per-user",
                        "messages-per-relation"):
            unlimited += [f"--limit-{limited}", "off"]
        found.append(Peer(OURS, [program, "serve", "--host", "127.0.0.1", "--shards", shards, *unlimited],
                          prepare=(program, "migrate"), stores=True))
    else:
        say("left out of the scenarios that store: quickclinic, because it is not built")
    if node and installed("chat", "pg"):
        found.append(Peer("node", [node, PEERS / "chat" / "server.js"], stores=True))
    else:
        say("left out of the scenarios that store: node, because node or its packages are not installed")
    return found


def end_with_parent():
    """In a child before it starts: the kernel kills it when we end, however we end."""
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def start(command, **streams):
    return subprocess.Popen(list(map(str, command)), stdin=subprocess.DEVNULL, preexec_fn=end_with_parent, **streams)


def end(process):
    """Asks a child to end, and makes it when it does not. Returns when it is gone."""
    process.terminate()
    try:
        process.wait(STOP_SECONDS_MAX)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def call(*command, cwd=None):
    """A step of building; an interrupted one ends with its children, which `terminate` lets it do."""
    process = start(command, stdout=sys.stderr, cwd=cwd)
    try:
        if process.wait() != 0:
            sys.exit(f"bench/run: this failed: {' '.join(map(str, command))}")
    finally:
        if process.poll() is None:
            end(process)


def resident_bytes(pid):
    try:
        with open(f"/proc/{pid}/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError):
        return 0


class Server:
    """A peer that runs for one measurement, on a port of its own choosing, and has ended when the block is left."""

    def __init__(self, peer, environment=None):
        self.peer = peer
        self.environment = {**os.environ, **(environment or {})}

    def __enter__(self):
        if self.peer.prepare:
            done = subprocess.run(list(map(str, self.peer.prepare)), env=self.environment, capture_output=True, text=True,
                                  timeout=START_SECONDS_MAX)
            if done.returncode != 0:
                raise Failure(f"{' '.join(map(str, self.peer.prepare))}: {done.stderr.strip()}")
        self.process = start([*self.peer.command, "--port", 0], stdout=subprocess.PIPE, env=self.environment)
        try:
            self.port = self.read_port()
        except BaseException:
            self.__exit__()
            raise
        return self

    def read_port(self):
        seen = b""
        deadline = time.monotonic() + START_SECONDS_MAX
        while time.monotonic() < deadline:
            if select.select([self.process.stdout], [], [], 0.1)[0]:
                chunk = os.read(self.process.stdout.fileno(), 4096)
                seen += chunk
                if match := LISTENING.search(seen):
                    return int(match.group(1))
                if not chunk:
                    break
        raise Failure("the server did not say 'listening on PORT'")

    def __exit__(self, *_):
        end(self.process)
        self.process.stdout.close()


def watch(process, bounded, seconds_max, bytes_max):
    """Waits for the load generator and returns what it printed; ends the run when it takes too long, or when one of
    the processes bounded takes too much memory."""
    deadline = time.monotonic() + seconds_max
    try:
        while True:
            try:
                return process.communicate(timeout=0.5)
            except subprocess.TimeoutExpired:
                pass
            if time.monotonic() > deadline:
                raise Failure(f"not done after {seconds_max:.0f} s")
            for each in bounded:
                if (used := resident_bytes(each.pid)) > bytes_max:
                    raise Failure(f"{Path(each.args[0]).name} keeps {used >> 20:,} MiB, more than --memory-mb allows")
    finally:
        if process.poll() is None:
            end(process)
