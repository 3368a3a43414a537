"""Tests of check_docs.py, and the check itself on the documents of this tree."""

import contextlib
import io
import tempfile
import unittest
from pathlib import Path

import check_docs


def broken(documents, name="page.md"):
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for path, text in documents.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text, encoding="utf-8")
        return list(check_docs.broken_links(root, Path(name)))


class BrokenLinks(unittest.TestCase):
    def test_a_link_to_a_file_or_folder_is_fine(self):
        self.assertEqual(broken({"page.md": "[a](docs/other.md), [b](docs/)", "docs/other.md": ""}), [])

    def test_a_link_to_nothing_is_named_with_its_line(self):
        self.assertEqual(broken({"page.md": "one\ntwo [a](gone.md)"}), [(2, "there is no gone.md")])

    def test_a_link_is_seen_from_its_own_document(self):
        documents = {"docs/page.md": "[up](../README.md) [beside](README.md)", "README.md": ""}
        self.assertEqual(broken(documents, "docs/page.md"), [(1, "there is no README.md")])

    def test_a_reference_at_the_foot_counts(self):
        self.assertEqual(broken({"page.md": "[a]\n\n[a]: gone.md"}), [(3, "there is no gone.md")])

    def test_a_heading_may_be_named(self):
        documents = {"page.md": "[a](other.md#a-client-is-refused) [b](#here)\n\n## Here", "other.md": "### A client is refused"}
        self.assertEqual(broken(documents), [])

    def test_a_heading_that_is_not_there_is_named(self):
        documents = {"page.md": "[a](other.md#nowhere) [b](#gone)", "other.md": "# Other\n```\n# nowhere\n```"}
        self.assertEqual(broken(documents),
                         [(1, "other.md has no heading #nowhere"), (1, "page.md has no heading #gone")])

    def test_code_and_other_hosts_are_left_alone(self):
        text = "`[a](gone)` [b](https://example.org/x) [c](mailto:a@b)\n```\n[d](gone)\n```\n"
        self.assertEqual(broken({"page.md": text}), [])


class ThisTree(unittest.TestCase):
    def test_every_link_leads_somewhere(self):
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            ended_with = check_docs.main()
        self.assertEqual((ended_with, printed.getvalue()), (0, ""))


if __name__ == "__main__":
    unittest.main()
