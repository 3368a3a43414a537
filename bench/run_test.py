"""bench/run against real servers: what it prints, what it refuses, and that it leaves nothing running."""

import contextlib
import io
import os
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
import report
from clinic import MESSAGES_EACH, PAIRS, Clinic

RUN = Path(__file__).resolve().parent / "run"
WAIT_SECONDS_MAX = 20
PROGRAMS = []


def children(pid):
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                if int((entry / "stat").read_text().rpartition(")")[2].split()[1]) == pid:
                    found.append(int(entry.name))
    return found


def alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def wait_until(condition):
    deadline = time.monotonic() + WAIT_SECONDS_MAX
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError("waited in vain")
        time.sleep(0.02)


class RunTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        for program in PROGRAMS:
            os.symlink(program, Path(self.folder.name) / Path(program).name)

    def start(self, *arguments):
        process = subprocess.Popen(
            [sys.executable, RUN, "echo", "--no-build", "--build-dir", self.folder.name, "--peers", "quickclinic",
             "--rounds", "1", "--warm-up", "0", "--connections", "4", *arguments],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        return process

    def test_prints_what_a_message_costs(self):
        process = self.start("--seconds", "0.3")

        printed, _ = process.communicate(timeout=WAIT_SECONDS_MAX)

        self.assertEqual(process.returncode, 0)
        self.assertRegex(printed, r"(?m)^quickclinic +\d+\.\d +\d+\.\d +[\d,]+ ")

    def test_ends_a_process_that_takes_too_much_memory(self):
        process = self.start("--seconds", "30", "--memory-mb", "1")

        _, complaints = process.communicate(timeout=WAIT_SECONDS_MAX)

        self.assertEqual(process.returncode, 1)
        self.assertRegex(complaints, r"quickclinic, echo: \w+ keeps \d+ MiB, more than --memory-mb allows")

    def test_leaves_nothing_running_however_it_ends(self):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL):
            with self.subTest(signal=number.name):
                process = self.start("--seconds", "60")
                wait_until(lambda: len(children(process.pid)) == 2)
                started = children(process.pid)

                process.send_signal(number)
                process.communicate(timeout=WAIT_SECONDS_MAX)

                wait_until(lambda: not any(map(alive, started)))


class ClinicTest(unittest.TestCase):
    def test_gives_each_run_a_database_of_its_own_with_everybody_in_it(self):
        with Clinic() as clinic:
            with clinic.database() as url:
                name = url.rpartition("/")[2]
                count = clinic.psql(name, 'SELECT count(*) FROM "ChatMessages"')
                sync = clinic.psql(name, "SHOW fsync")
            people = clinic.identities.read_text().splitlines()
            folder, server = clinic.folder, clinic.process.pid

        self.assertEqual(int(count), PAIRS * MESSAGES_EACH)
        self.assertEqual(sync, "on\n")
        self.assertEqual([line.split()[1] for line in people[:3]], ["r1", "r1", "r2"])
        self.assertFalse(folder.exists())
        self.assertFalse(alive(server))


class ReportTest(unittest.TestCase):
    def printed(self, results, goals):
        text = io.StringIO()
        with contextlib.redirect_stdout(text):
            report.summary(results, goals)
        return [line.split() for line in text.getvalue().splitlines()[3:]]

    def test_puts_us_beside_the_better_rival_and_the_goal(self):
        cost = lambda *values: [{report.COST: value} for value in values]
        results = {"echo": {"quickclinic": cost(7, 8, 30), "node": cost(20), "bun": cost(10), "beast": cost(1)},
                   "ack": {"quickclinic": cost(9), "node": cost(10)}}

        lines = self.printed(results, {"echo": 0.8, "ack": 0.8})

        self.assertEqual(lines, [["echo", "8.00", "20.00", "10.00", "0.80", "(bun)", "0.8", "met"],
                                 ["ack", "9.00", "10.00", "-", "0.90", "(node)", "0.8", "MISSED"]])

    def test_is_silent_without_a_rival(self):
        self.assertEqual(self.printed({"echo": {"quickclinic": [{report.COST: 8}], "beast": []}}, {}), [])


if __name__ == "__main__":
    PROGRAMS = [sys.argv.pop(1), sys.argv.pop(1)]
    unittest.main()
