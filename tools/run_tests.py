#!/usr/bin/env python3
"""Builds and runs every test of the project; the second half of ./test, which installs what this needs.

Every suite is a function that yields outcomes, one for each single test. A suite that cannot be built or a program
that dies is a failed test of its own, so that nothing fails unseen; nothing may run longer than its bound."""

import argparse
import json
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import deb_suite
import package_suite
from builds import BUILD, ROOT, build, build_ahead
from test_programs import Outcome, gtest, node_file, script, unittest_file, vitest

WORKERS = max(2, os.cpu_count() or 2)

# The reasons of so many failures of a suite are printed; of the others, only the names.
FAILURES_SHOWN = 20

# Where threads meet, and a race could be. Compiling the rest for ThreadSanitizer would take minutes and find nothing.
THREADED = ["integration_test", "server_test", "store_contract_test", "store_postgres_test", "store_sqlite_test",
            "transport_test"]

# The benchmark's own tests, which only the release preset builds.
LOAD = ["load_test", "load_end_to_end_test", "bench_run_test"]

# What says most about the chat runs on every kind of database.
ON_EVERY_DATABASE = ["messages", "repeated", "order", "history", "reading", "watching", "connect", "eviction", "isolation", "bad_input",
                     "faults", "shutdown", "metrics", "http_api", "http_bad_input", "audit", "archive"]

# Instrumented programs are this much slower than released ones.
SLOWNESS = {"release": 1, "asan": 3, "tsan": 6}


def all_at_once(jobs):
    """Runs functions that answer lists of outcomes, a few side by side."""
    with ThreadPoolExecutor(WORKERS) as pool:
        for outcomes in pool.map(lambda job: job(), jobs):
            yield from outcomes


def ctest_commands(preset):
    """The test programs that CMake knows: `{name: command}`. One that is not built has no command."""
    listing = subprocess.run(["ctest", "--test-dir", str(BUILD / preset), "--show-only=json-v1"],
                             capture_output=True, check=True)
    tests = json.loads(listing.stdout)["tests"]
    return {test["name"]: test.get("command") for test in tests}


def unit_tests(preset, only=None):
    if outcome := build(preset, only or ["quickclinic_tests"]):
        yield outcome
        return
    limit = 120 * SLOWNESS[preset]

    def job(name, command):
        # A single word is a GoogleTest program; the others (a fuzz target with its corpus) are one test each.
        return gtest(Path(command[0]), limit) if len(command) == 1 else [script(name, command, limit)]

    commands = {name: command for name, command in ctest_commands(preset).items() if not only or name in only}
    unbuilt = [name for name, command in commands.items() if not command]
    if unbuilt or len(commands) < len(only or ["any"]):
        yield Outcome(f"{preset}: tests", False, 0, f"CMake does not know all the test programs, or did not build {unbuilt}")
        return
    yield from all_at_once([lambda name=name, command=command: job(name, command) for name, command in commands.items()])


def tools():
    for file in sorted((ROOT / "tools").glob("*_test.py")):
        yield from unittest_file(file, 120)


def tidy():
    yield script("tools/tidy.py", [sys.executable, str(ROOT / "tools/tidy.py")], 60, cwd=ROOT)
    sources = [str(path) for folder in ("src", "include", "examples", "tests", "bench", "fuzz", "cmake")
               for suffix in ("hpp", "cpp") for path in sorted((ROOT / folder).rglob(f"*.{suffix}"))
               if "node_modules" not in path.parts]
    yield script("clang-format", ["clang-format-19", "--dry-run", "-Werror", *sources], 120, cwd=ROOT)


def web():
    if outcome := build("release", ["quickclinic"]):
        yield outcome
        return
    programs = ROOT / "web/node_modules/.bin"
    yield from all_at_once([
        lambda: [script("web lint", [str(programs / "eslint"), "."], 300, cwd=ROOT / "web")],
        lambda: [script("web typecheck", [str(programs / "tsc"), "--noEmit"], 300, cwd=ROOT / "web")],
        lambda: [script("web size", ["node", "scripts/size.mjs"], 60, cwd=ROOT / "web")],
        lambda: vitest(ROOT / "web", BUILD / "release/quickclinic", 300),
    ])


def node_tests(preset, target, folder, files=None, variant=None, limit=180):
    """The files of node:test in a folder, all or those named, with the server that `target` builds."""
    if outcome := build(preset, [target]):
        yield outcome
        return
    program = BUILD / preset / target
    slowness = SLOWNESS[preset]
    paths = [ROOT / folder / f"{name}.test.mjs" for name in files] if files else sorted((ROOT / folder).glob("*.test.mjs"))
    yield from all_at_once([lambda path=path: node_file(path, program, slowness, limit * slowness, variant) for path in paths])


def databases(preset):
    """The chat on each kind of PostgreSQL database; e2e has it on SQLite."""
    for kind in ("postgres", "orm"):
        yield from node_tests(preset, "quickclinic", "tests/e2e", ON_EVERY_DATABASE, kind)


def package():
    for target in ("quickclinic_library", "all_verify_interface_header_sets"):
        if outcome := build("release", [target]):
            yield outcome
            return
    yield from package_suite.outcomes(BUILD / "release")


def deb():
    if outcome := build("release", ["quickclinic"]):
        yield outcome
        return
    yield from deb_suite.outcomes(BUILD / "release")


# name: (what to call, whether a plain ./test runs it, whether ./test --quick does, what it is)
SUITES = {
    "tools": (tools, True, True, "the tests of tools/"),
    "tidy": (tidy, True, True, "the rules of the tree, and its layout"),
    "unit": (lambda: unit_tests("release"), False, True, "GoogleTest and the fuzz corpora, release build; a plain ./test has them in asan"),
    "web": (web, True, True, "the web front end without a browser, some of it with the program: lint, types, size, vitest"),
    "e2e": (lambda: node_tests("release", "quickclinic", "tests/e2e"), True, True, "the program with the official client"),
    "databases": (lambda: databases("release"), True, True, "the chat of e2e on PostgreSQL: an empty database, and a web application's"),
    "conformance": (lambda: node_tests("release", "conformance-fixture", "tests/conformance"), True, True,
                    "the library with the official clients"),
    "load": (lambda: unit_tests("release", LOAD), False, False, "the tests of the load generator; unit has them too"),
    "browser": (lambda: node_tests("release", "quickclinic", "web/e2e", limit=600), True, True, "the front end in Chromium"),
    "package": (package, True, True, "the installed library, its examples, its documents"),
    "deb": (deb, True, True, "the Debian package, installed, upgraded and removed; needs root"),
    "asan": (lambda: unit_tests("asan"), True, False, "GoogleTest and the fuzz corpora under AddressSanitizer and UBSan"),
    "tsan": (lambda: unit_tests("tsan", THREADED), True, False, "the tests with threads under ThreadSanitizer"),
    "e2e-asan": (lambda: node_tests("asan", "quickclinic", "tests/e2e"), False, False, "e2e on the AddressSanitizer build; not part of a plain ./test"),
}


# What is compiled while the suites before it run: (preset, the suites that need it, its targets), in the suites' order.
AHEAD = [
    ("release", {"web", "e2e", "databases", "conformance", "browser", "deb"}, ["quickclinic", "conformance-fixture"]),
    ("asan", {"asan"}, ["quickclinic_tests"]),
    ("tsan", {"tsan"}, THREADED),
]


def arguments():
    listing = "\n".join(f"  {name:<11} {about}" for name, (_, _, _, about) in SUITES.items())
    parser = argparse.ArgumentParser(
        prog="./test", formatter_class=argparse.RawDescriptionHelpFormatter,
        description="Installs, builds and passes every test.", epilog=f"suites:\n{listing}")
    parser.add_argument("suites", nargs="*", metavar="suite", help="only these, by name")
    parser.add_argument("--quick", action="store_true", help="leave the sanitizers out")
    parser.add_argument("--check", action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    for name in chosen.suites:
        if name not in SUITES:
            parser.error(f"there is no suite \"{name}\"; there are {', '.join(SUITES)}")
    if not chosen.suites:
        chosen.suites = [name for name, (_, full, quick, _) in SUITES.items() if (quick if chosen.quick else full)]
    return chosen


def run_suite(name):
    begin = time.monotonic()
    try:
        outcomes = list(SUITES[name][0]())
    except Exception as error:  # A fault of this program must not pass for a success.
        outcomes = [Outcome(name, False, 0, f"the suite could not run: {error!r}")]
    seconds = time.monotonic() - begin
    failed = [outcome for outcome in outcomes if not outcome.passed]
    skipped = sum(outcome.skipped for outcome in outcomes)
    for outcome in failed[:FAILURES_SHOWN]:
        reason = "\n".join("    " + line for line in outcome.reason.strip().splitlines()[-40:])
        print(f"FAILED {name}: {outcome.name}\n{reason}", flush=True)
    if len(failed) > FAILURES_SHOWN:
        print(f"… and {len(failed) - FAILURES_SHOWN} more:", *(outcome.name for outcome in failed[FAILURES_SHOWN:]), sep="\n    ")
    print(f"== {name}: {len(outcomes) - len(failed) - skipped} passed, {len(failed)} failed, {seconds:.0f} s", flush=True)
    return name, len(outcomes) - len(failed) - skipped, len(failed), skipped, seconds


def main():
    chosen = arguments()
    if chosen.check:
        return 0
    build_ahead([(preset, targets) for preset, suites, targets in AHEAD if suites & set(chosen.suites)])
    rows = [run_suite(name) for name in chosen.suites]
    print(f"\n{'suite':<12}{'passed':>8}{'failed':>8}{'skipped':>9}{'seconds':>9}")
    for name, passed, failed, skipped, seconds in rows:
        print(f"{name:<12}{passed:>8}{failed:>8}{skipped:>9}{seconds:>9.1f}")
    passed, failed = (sum(row[column] for row in rows) for column in (1, 2))
    print(f"\n{passed} passed, {failed} failed")
    return 0 if failed == 0 and passed > 0 else 1


if __name__ == "__main__":
    sys.exit(main())
