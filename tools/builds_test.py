"""What is built ahead is waited for, and fails no more silently than what is built when asked for."""

import tempfile
import unittest
from pathlib import Path
from unittest.mock import patch

import builds

RULES = """
rule run
  command = $what
build good: run
  what = sleep 0.3 && touch good
build bad: run
  what = echo reason && false
"""


class Builds(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        for preset in ("one", "two"):
            (self.folder / preset).mkdir()
            (self.folder / preset / "build.ninja").write_text(RULES)
        place = patch.object(builds, "BUILD", self.folder)
        place.start()
        self.addCleanup(place.stop)

    def test_builds_when_asked(self):
        self.assertIsNone(builds.build("one", ["good"]))
        self.assertTrue((self.folder / "one/good").exists())
        self.assertIn("reason", builds.build("one", ["bad"]).reason)

    def test_waits_for_what_was_begun_ahead(self):
        builds.build_ahead([("one", ["good"]), ("two", ["good"])])
        self.assertIsNone(builds.build("two", ["good"]))
        self.assertTrue((self.folder / "one/good").exists())
        self.assertTrue((self.folder / "two/good").exists())

    def test_a_failure_ahead_is_a_failure(self):
        builds.build_ahead([("one", ["bad"])])
        self.assertIn("reason", builds.build("one", ["good"]).reason)


if __name__ == "__main__":
    unittest.main()
