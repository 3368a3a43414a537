"""The library as a stranger meets it: installed somewhere, found by CMake or pkg-config, and used by the examples, each
of which is built, run, and talked to by its client. What the client prints is what the example's README shows."""

import os
import re
import selectors
import shutil
import subprocess
import time
from pathlib import Path

from guide_snippets import translation_unit
from test_programs import ROOT, Outcome, run, script

# Where all of this happens; the paths stay the same, so that ccache knows the examples again.
PLACE = ROOT / "build/package"
PREFIX = PLACE / "prefix"
COMPILER = "clang++-19"
EXAMPLES = sorted(path.parent.name for path in (ROOT / "examples").glob("*/main.cpp"))

# In seconds, for one step of a machine that is busy.
LIMIT = 300
CLIENT_LIMIT = 20


def step(name, command, cwd=ROOT):
    return script(name, [str(part) for part in command], LIMIT, cwd=cwd)


def install(release):
    """Installs, then moves what was installed: nothing in it may know where it lay."""
    shutil.rmtree(PLACE, ignore_errors=True)
    outcome = step("install", ["cmake", "--install", release, "--component", "socketio", "--prefix", PLACE / "before"])
    if outcome.passed:
        (PLACE / "before").rename(PREFIX)
    return outcome


def configure(name, source, folder, *options):
    launcher = ["-DCMAKE_CXX_COMPILER_LAUNCHER=ccache"] if shutil.which("ccache") else []
    return step(name, ["cmake", "-S", source, "-B", folder, "-G", "Ninja", f"-DCMAKE_CXX_COMPILER={COMPILER}",
                       "-DCMAKE_BUILD_TYPE=Debug", f"-DCMAKE_PREFIX_PATH={PREFIX}", *launcher, *options])


def build_example(example, folder, *options):
    outcome = configure(f"{example}: configure", ROOT / "examples" / example, folder, *options)
    if not outcome.passed:
        return outcome
    return step(f"{example}: build", ["cmake", "--build", folder])


def build_with_pkg_config(example, program):
    program.parent.mkdir(parents=True, exist_ok=True)
    source = ROOT / "examples" / example / "main.cpp"
    flags = f"$(PKG_CONFIG_PATH='{PREFIX}/lib/pkgconfig' pkg-config --cflags --libs quickclinic-socketio)"
    return step(f"{example}: pkg-config and the compiler",
                ["sh", "-c", f"{COMPILER} -std=c++23 '{source}' {flags} -Wl,-rpath,'{PREFIX}/lib' -o '{program}'"])


def needs_our_library(program):
    listing = subprocess.run(["readelf", "-d", str(program)], capture_output=True, text=True, check=True).stdout
    return "libquickclinic_socketio.so" in listing


def documented_output(example):
    """What stands in the README behind the call of the client."""
    text = (ROOT / "examples" / example / "README.md").read_text(encoding="utf-8")
    return re.search(rf"^\$ node examples/{example}/client\.mjs\n(.*?)^```$", text, re.MULTILINE | re.DOTALL).group(1)


def port_of(server):
    """The port that the server prints, or None when it says nothing in time or ends."""
    selector = selectors.DefaultSelector()
    selector.register(server.stdout, selectors.EVENT_READ)
    if not selector.select(CLIENT_LIMIT):
        return None
    found = re.fullmatch(r"listening on (\d+)\n", server.stdout.readline())
    return found and int(found.group(1))


def conversation(name, example, program):
    begin = time.monotonic()

    def outcome(reason=""):
        return Outcome(name, not reason, time.monotonic() - begin, reason)

    with subprocess.Popen([str(program), "0"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                          env={**os.environ, "LD_LIBRARY_PATH": ""}) as server:
        try:
            port = port_of(server)
            if port is None:
                return outcome("the server did not say where it listens")
            client = run(["node", str(ROOT / "examples" / example / "client.mjs"), str(port)], CLIENT_LIMIT)
            server.terminate()
            _, complaints = server.communicate(timeout=CLIENT_LIMIT)
        except subprocess.TimeoutExpired:
            return outcome("the server did not end on SIGTERM")
        finally:
            server.kill()
    expected = documented_output(example)
    if client.code != 0 or client.output != expected:
        return outcome(f"the client {client.fault(CLIENT_LIMIT)}, and printed\n{client.output}where the README has\n"
                       f"{expected}The server said\n{complaints}")
    return outcome("" if server.returncode == 0 else f"the server ended with {server.returncode}\n{complaints}")


def examples():
    for example in EXAMPLES:
        folder = PLACE / example
        built = build_example(example, folder)
        yield built if not built.passed else conversation(example, example, folder / example)
    if not needs_our_library(PLACE / "echo/echo"):
        yield Outcome("echo: shared", False, 0, "the program does not need the shared library")

    # A stranger's CMakeLists.txt says `COMPONENTS socketio static`; ours is the same but for this word.
    source = PLACE / "static"
    shutil.copytree(ROOT / "examples/echo", source)
    file = source / "CMakeLists.txt"
    file.write_text(file.read_text().replace("COMPONENTS socketio", "COMPONENTS socketio static"))
    folder = PLACE / "static-build"
    built = configure("echo, static: configure", source, folder)
    built = step("echo, static: build", ["cmake", "--build", folder]) if built.passed else built
    if not built.passed:
        yield built
    elif needs_our_library(folder / "echo"):
        yield Outcome("echo, static", False, 0, "the program needs the shared library")
    else:
        yield conversation("echo, static", "echo", folder / "echo")

    program = PLACE / "pkg-config/echo"
    built = build_with_pkg_config("echo", program)
    yield built if not built.passed else conversation("echo, pkg-config", "echo", program)


def unknown_component():
    source = PLACE / "unknown"
    source.mkdir()
    (source / "CMakeLists.txt").write_text(
        "cmake_minimum_required(VERSION 3.25)\nproject(unknown CXX)\n"
        "find_package(quickclinic REQUIRED COMPONENTS socketio chat)\n")
    outcome = configure("an unknown component", source, PLACE / "unknown-build")
    said = " ".join(outcome.reason.split())
    refused = not outcome.passed and 'quickclinic has no component "chat"' in said
    return Outcome("an unknown component is refused by name", refused, outcome.seconds, outcome.reason or "it was found")


def library_alone():
    """The library needs nothing that only the program or the tests use."""
    absent = [f"-DCMAKE_DISABLE_FIND_PACKAGE_{name}=ON" for name in ("SQLite3", "CLI11", "GTest", "benchmark")]
    folder = PLACE / "library"
    outcome = configure("the library alone", ROOT, folder, *absent, "-UCMAKE_CXX_COMPILER_LAUNCHER",
                        "-DQUICKCLINIC_LIBRARY_ONLY=ON")
    if outcome.passed and "CRYPT_LIBRARY" in (folder / "CMakeCache.txt").read_text():
        return Outcome(outcome.name, False, outcome.seconds, "it looked for libcrypt")
    return outcome


def guide():
    unit = PLACE / "guide.cpp"
    unit.write_text(translation_unit(ROOT / "docs/coming-from-node.md"), encoding="utf-8")
    flags = subprocess.run(["pkg-config", "--cflags", "quickclinic-socketio"], capture_output=True, text=True, check=True,
                           env={**os.environ, "PKG_CONFIG_PATH": f"{PREFIX}/lib/pkgconfig"}).stdout.split()
    return step("docs/coming-from-node.md compiles", [COMPILER, "-std=c++23", "-fsyntax-only", "-Wall", "-Wno-unused",
                                                      "-Werror", *flags, unit])


def reference():
    if not shutil.which("doxygen"):
        return Outcome("docs/Doxyfile", True, 0, skipped=True)
    return step("docs/Doxyfile", ["doxygen", "docs/Doxyfile"])


def outcomes(release):
    """`release` is the folder of a build that has the targets `quickclinic_library` and
    `all_verify_interface_header_sets`."""
    installed = install(release)
    yield installed
    if not installed.passed:
        return
    yield library_alone()
    yield unknown_component()
    yield from examples()
    yield guide()
    yield reference()
