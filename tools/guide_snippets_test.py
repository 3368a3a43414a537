"""What guide_snippets.py makes of a document."""

import tempfile
import unittest
from pathlib import Path

from guide_snippets import PRELUDE, translation_unit


def unit(text):
    with tempfile.TemporaryDirectory() as folder:
        document = Path(folder) / "guide.md"
        document.write_text(text, encoding="utf-8")
        return translation_unit(document).removeprefix(PRELUDE).replace(str(document), "guide.md")


class TranslationUnit(unittest.TestCase):
    def test_statements_become_the_body_of_a_function(self):
        made = unit("text\n\n```cpp\nuse(nsp);\n```\n")
        self.assertRegex(made, r'namespace snippet_0 \{\nvoid statements\(.*\) \{\n#line 4 "guide.md"\nuse\(nsp\);\n\}\n\}\n')

    def test_a_task_becomes_a_coroutine(self):
        self.assertRegex(unit("```cpp task\nco_await x;\n```\n"), r"Task<> statements\(.*\) \{\n#line.*\nco_await x;\nco_return")

    def test_a_file_keeps_its_lines_and_lends_its_main(self):
        self.assertEqual(unit("```cpp file\n#include <a>\n\nint main() {}\n```\n"),
                         '#include <a>\nnamespace snippet_0 {\n#line 2 "guide.md"\n\n\nint main_0() {}\n}\n')

    def test_other_languages_are_left_alone(self):
        self.assertEqual(unit("```js\nlet x;\n```\n```cpp file\nint x;\n```\n").count("let"), 0)

    def test_an_unknown_kind_and_a_document_without_code_are_refused(self):
        for text in ("```cpp nonsense\n```\n", "```js\n```\n"):
            with self.assertRaises(ValueError):
                unit(text)


if __name__ == "__main__":
    unittest.main()
