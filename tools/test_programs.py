"""Test programs of several kinds, run within a bound and read as outcomes."""

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@dataclass
class Outcome:
    name: str
    passed: bool
    seconds: float
    reason: str = ""
    skipped: bool = False


@dataclass
class Ended:
    code: int | None  # None: ran into its bound
    output: str
    seconds: float

    def fault(self, limit):
        if self.code is None:
            return f"was still running after {limit} s and was ended"
        return f"ended with {self.code}"


def run(command, limit, cwd=None, env=None):
    """Runs a program in a process group of its own; past `limit` seconds the whole group is ended."""
    begin = time.monotonic()
    process = subprocess.Popen(command, cwd=cwd, env={**os.environ, **(env or {})}, stdin=subprocess.DEVNULL,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True)
    try:
        output, _ = process.communicate(timeout=limit)
        code = process.returncode
    except subprocess.TimeoutExpired:
        code = None
    finally:
        # Whatever the program left running must not disturb the next one.
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
    if code is None:
        output, _ = process.communicate()
    return Ended(code, output.decode(errors="replace"), time.monotonic() - begin)


def in_what_is_left(command):
    """The command at the lowest priority, within its session and, where the kernel groups processes by that, beside others."""
    return ["sh", "-c", 'echo 19 2>/dev/null >/proc/self/autogroup; exec nice -n 19 "$@"', "sh", *command]


def script(name, command, limit, cwd=None):
    """A program that is one test: 0 is success."""
    ended = run(command, limit, cwd=cwd)
    reason = "" if ended.code == 0 else f"{ended.output}\n{ended.fault(limit)}"
    return Outcome(name, ended.code == 0, ended.seconds, reason)


def completed(name, ended, limit, outcomes):
    """Adds a failure when the program ended badly though no single test says why."""
    if ended.code != 0 and all(outcome.passed for outcome in outcomes) or not outcomes:
        fault = ended.fault(limit) if outcomes or ended.code != 0 else "ran no test"
        outcomes.append(Outcome(name, False, ended.seconds, f"{ended.output}\n{fault}"))
    return outcomes


def gtest(program, limit):
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        ended = run([str(program), f"--gtest_output=json:{report}"], limit)
        outcomes = []
        if report.exists():
            for suite in json.loads(report.read_text()).get("testsuites", []):
                for test in suite["testsuite"]:
                    failures = test.get("failures", [])
                    outcomes.append(Outcome(
                        f"{program.name} {test['classname']}.{test['name']}", not failures,
                        float(test["time"].rstrip("s")), "\n".join(failure["failure"] for failure in failures),
                        test["result"] == "SKIPPED"))
    return completed(program.name, ended, limit, outcomes)


def node_file(file, program, patience, limit, database=None):
    """One file of node:test, with the server `program`, on a kind of database other than its own."""
    name = f"{file.name} on {database}" if database else file.name
    env = {"QUICKCLINIC_BIN": str(program), "QUICKCLINIC_PATIENCE": str(patience)}
    if database:
        env["QUICKCLINIC_E2E_DATABASE"] = database
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.jsonl"
        ended = run(["node", f"--test-reporter={ROOT / 'tools/node_reporter.mjs'}",
                     f"--test-reporter-destination={report}", str(file)], limit, cwd=file.parent, env=env)
        outcomes = []
        if report.exists():
            for line in report.read_text().split("\n")[:-1]:  # not splitlines(): a name may have U+2028
                test = json.loads(line)
                outcomes.append(Outcome(f"{name} {test['name']}", test["passed"], test["seconds"],
                                        test.get("reason", ""), test["skipped"]))
    return completed(name, ended, limit, outcomes)


def vitest(folder, program, limit):
    """All of vitest's files below a folder that has vitest installed; some of them ask the server `program`."""
    with tempfile.TemporaryDirectory() as temporary:
        report = Path(temporary) / "report.json"
        ended = run([str(folder / "node_modules/.bin/vitest"), "run", "--reporter=json", f"--outputFile={report}"], limit,
                    cwd=folder, env={"QUICKCLINIC_BIN": str(program)})
        outcomes = []
        for file in json.loads(report.read_text())["testResults"] if report.exists() else []:
            name = Path(file["name"]).name
            for test in file["assertionResults"]:
                outcomes.append(Outcome(f"{name} {test['fullName']}", test["status"] != "failed", (test.get("duration") or 0) / 1000,
                                        "\n".join(test["failureMessages"]), test["status"] not in ("passed", "failed")))
            # A file that cannot be loaded has no tests to say so.
            if file["status"] == "failed" and all(test["status"] != "failed" for test in file["assertionResults"]):
                outcomes.append(Outcome(name, False, 0, file.get("message", "")))
    return completed("vitest", ended, limit, outcomes)


def unittest_file(file, limit):
    ended = run([sys.executable, "-m", "unittest", "-v", file.stem], limit, cwd=file.parent)
    outcomes = []
    # "test_x (file.Class.test_x) ... ok", with the first line of a docstring between, if there is one.
    verdicts = r"^test_\w+ \(([\w.]+)\)(?:\n.*?)?? \.\.\. (ok|FAIL|ERROR|skipped)"
    for name, verdict in re.findall(verdicts, ended.output, re.MULTILINE):
        passed = verdict in ("ok", "skipped")
        outcomes.append(Outcome(name, passed, 0, "" if passed else ended.output, verdict == "skipped"))
    return completed(file.name, ended, limit, outcomes)
