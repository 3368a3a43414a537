"""A test program that fails, dies, hangs or runs nothing is never taken for a success."""

import os
import stat
import tempfile
import time
import unittest
from pathlib import Path

import test_programs


class Programs(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def file(self, name, text):
        path = Path(self.folder.name) / name
        path.write_text(text)
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        return path

    def verdicts(self, outcomes):
        return [(outcome.name, outcome.passed) for outcome in outcomes]

    def test_a_script_passes_with_zero_only(self):
        self.assertTrue(test_programs.script("x", ["true"], 10).passed)
        outcome = test_programs.script("x", ["sh", "-c", "echo why; exit 3"], 10)
        self.assertEqual((outcome.passed, outcome.reason), (False, "why\n\nended with 3"))

    def test_what_hangs_is_ended_with_its_children(self):
        mark = Path(self.folder.name) / "child"
        ended = test_programs.run(["sh", "-c", f"sleep 300 & echo $! > {mark}; wait"], 0.5)
        self.assertIsNone(ended.code)
        child = int(mark.read_text())
        deadline = time.monotonic() + 10
        while os.path.exists(f"/proc/{child}") and time.monotonic() < deadline:
            if Path(f"/proc/{child}/stat").read_text().split()[2] == "Z":
                break
            time.sleep(0.01)
        else:
            self.assertFalse(os.path.exists(f"/proc/{child}"))

    def test_a_googletest_report_gives_each_test_its_outcome(self):
        report = ('{"testsuites":[{"testsuite":['
                  '{"classname":"A","name":"Good","time":"0.1s","result":"COMPLETED"},'
                  '{"classname":"A","name":"Left","time":"0s","result":"SKIPPED"},'
                  '{"classname":"A","name":"Bad","time":"0s","result":"COMPLETED","failures":[{"failure":"why"}]}]}]}')
        program = self.file("a_test", f"#!/bin/sh\necho '{report}' > \"${{1#--gtest_output=json:}}\"\nexit 1\n")
        outcomes = test_programs.gtest(program, 10)
        self.assertEqual(self.verdicts(outcomes), [("a_test A.Good", True), ("a_test A.Left", True), ("a_test A.Bad", False)])
        self.assertEqual([outcome.skipped for outcome in outcomes], [False, True, False])
        self.assertEqual(outcomes[2].reason, "why")

    def test_a_vitest_report_gives_each_test_its_outcome_and_a_file_that_does_not_load_another(self):
        report = ('{"testResults":['
                  '{"name":"/a.test.ts","status":"failed","assertionResults":['
                  '{"fullName":"good","status":"passed","duration":2,"failureMessages":[]},'
                  '{"fullName":"left","status":"pending","failureMessages":[]},'
                  '{"fullName":"bad","status":"failed","failureMessages":["why"]}]},'
                  '{"name":"/b.test.ts","status":"failed","message":"no such module","assertionResults":[]}]}')
        self.file("report.json", report)
        programs = Path(self.folder.name) / "node_modules/.bin"
        programs.mkdir(parents=True)
        self.file("node_modules/.bin/vitest", "#!/bin/sh\ncp report.json \"${3#--outputFile=}\"\nexit 1\n")
        outcomes = test_programs.vitest(Path(self.folder.name), "server", 10)
        self.assertEqual(self.verdicts(outcomes), [("a.test.ts good", True), ("a.test.ts left", True), ("a.test.ts bad", False),
                                                   ("b.test.ts", False)])
        self.assertEqual([outcome.skipped for outcome in outcomes], [False, True, False, False])
        self.assertEqual([outcome.reason for outcome in outcomes[2:]], ["why", "no such module"])

    def test_a_vitest_that_dies_fails(self):
        programs = Path(self.folder.name) / "node_modules/.bin"
        programs.mkdir(parents=True)
        self.file("node_modules/.bin/vitest", "#!/bin/sh\nexit 0\n")
        self.assertEqual(self.verdicts(test_programs.vitest(Path(self.folder.name), "server", 10)), [("vitest", False)])

    def test_a_googletest_that_dies_or_runs_nothing_fails(self):
        for text in ("kill -9 $$", "exit 0"):
            program = self.file("b_test", f"#!/bin/sh\n{text}\n")
            self.assertEqual(self.verdicts(test_programs.gtest(program, 10)), [("b_test", False)])

    def test_a_node_file_gives_each_test_its_outcome(self):
        file = self.file("c.test.mjs", """
            import { before, describe, it } from 'node:test';
            describe('outer', () => { describe('inner', () => { it('good', () => {}); it('bad', () => { throw new Error('why'); }); }); });
            describe('unmade', () => { before(() => { throw new Error('no'); }); it('never run', () => {}); });
        """)
        outcomes = test_programs.node_file(file, "unused", 1, 20)
        self.assertEqual(self.verdicts(outcomes), [
            ("c.test.mjs outer > inner > good", True), ("c.test.mjs outer > inner > bad", False),
            ("c.test.mjs unmade > never run", False), ("c.test.mjs unmade", False)])
        self.assertIn("why", outcomes[1].reason)

    def test_a_name_of_a_node_test_may_have_any_character(self):
        file = self.file("f.test.mjs", "import { test } from 'node:test'; test('a\\u2028b\\u001ec', () => {});")
        self.assertEqual(self.verdicts(test_programs.node_file(file, "unused", 1, 20)), [("f.test.mjs a\u2028b\x1ec", True)])

    def test_a_node_file_is_told_its_database_and_named_after_it(self):
        file = self.file("f.test.mjs", """
            import assert from "node:assert";
            import { it } from "node:test";
            it("a", () => assert.equal(process.env.QUICKCLINIC_E2E_DATABASE, "orm"));
            """)
        self.assertEqual(self.verdicts(test_programs.node_file(file, "unused", 1, 20, "orm")), [("f.test.mjs on orm a", True)])

    def test_a_node_file_that_cannot_be_read_fails(self):
        file = self.file("d.test.mjs", "this is no JavaScript")
        self.assertEqual(self.verdicts(test_programs.node_file(file, "unused", 1, 20)), [("d.test.mjs", False)])

    def test_a_unittest_gives_each_test_its_outcome(self):
        file = self.file("e_test.py", "import unittest\nclass E(unittest.TestCase):\n"
                                      "    def test_good(self):\n        '''Says what it does.'''\n"
                                      "    def test_bad(self): self.fail('why')\n")
        outcomes = test_programs.unittest_file(file, 20)
        self.assertEqual(sorted(self.verdicts(outcomes)), [("e_test.E.test_bad", False), ("e_test.E.test_good", True)])


if __name__ == "__main__":
    unittest.main()
