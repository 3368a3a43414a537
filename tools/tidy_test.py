"""Each rule of tidy.py fails on what it forbids and passes what it allows."""

import unittest
from pathlib import Path

import tidy


def offences(path, text):
    return [sentence for _, sentence in tidy.check_file(Path(path), text)]


class Layers(unittest.TestCase):
    def test_every_arrow_that_is_not_drawn_is_refused(self):
        for folder, allowed in tidy.LAYERS.items():
            for target in tidy.LAYERS:
                with self.subTest(folder=folder, target=target):
                    found = offences(f"src/{folder}/x.cpp", f'#include "{target}/y.hpp"\n')
                    self.assertEqual(found, [] if target in allowed else [f'{folder}/ may not include "{target}/y.hpp"'])

    def test_nothing_includes_the_server(self):
        for folder in tidy.LAYERS.keys() - {"server"}:
            self.assertTrue(offences(f"src/{folder}/x.hpp", '#pragma once\n#include "server/y.hpp"\n'))

    def test_the_domain_and_the_transport_are_strangers(self):
        self.assertTrue(offences("src/chat/x.cpp", '#include "socketio/y.hpp"\n'))
        self.assertTrue(offences("src/store/x.cpp", '#include "transport/y.hpp"\n'))
        self.assertTrue(offences("src/transport/x.cpp", '#include "chat/y.hpp"\n'))

    def test_tests_of_the_domain_may_use_the_store_in_memory(self):
        line = '#include "store/memory/memory_store.hpp"\n'
        self.assertEqual(offences("src/chat/x_test.cpp", line), [])
        self.assertTrue(offences("src/chat/x.cpp", line))
        self.assertTrue(offences("src/chat/x_test.cpp", '#include "store/sqlite/y.hpp"\n'))

    def test_a_detail_belongs_to_its_folder(self):
        line = '#include "socketio/detail/y.hpp"\n'
        self.assertEqual(offences("src/socketio/x.cpp", line), [])
        self.assertEqual(offences("src/transport/x.cpp", line), ['"socketio/detail/y.hpp" belongs to socketio/ alone'])

    def test_an_unknown_folder_is_no_layer(self):
        self.assertTrue(offences("src/utils/x.cpp", ""))


class OwnHeader(unittest.TestCase):
    def test_stands_first_in_its_source(self):
        self.assertEqual(offences("src/base/x.cpp", '#include "base/x.hpp"\n\n#include "base/y.hpp"\n'), [])
        self.assertEqual(offences("src/base/x.cpp", '#include <vector>\n#include "base/x.hpp"\n'),
                         ["a source includes its own header first"])


class Vendors(unittest.TestCase):
    def test_each_header_stays_in_its_folder(self):
        cases = [
            ("boost/beast/core.hpp", "src/transport/x.cpp", "src/server/x.cpp"),
            ("boost/asio/post.hpp", "src/store/x.cpp", "src/socketio/x.cpp"),
            ("boost/json/value.hpp", "src/json/x.cpp", "src/chat/x.cpp"),
            ("openssl/evp.h", "src/server/identity/x.cpp", "src/server/x.cpp"),
            ("sqlite3.h", "src/store/sqlite/x.cpp", "src/chat/x.cpp"),
            ("libpq-fe.h", "src/store/postgres/x.cpp", "src/server/x.cpp"),
            ("hiredis/hiredis.h", "src/cluster/x.cpp", "src/transport/x.cpp"),
            ("spdlog/spdlog.h", "src/base/x.cpp", "src/server/x.cpp"),
            ("CLI/CLI.hpp", "src/server/settings/x.cpp", "src/server/x.cpp"),
            ("crypt.h", "src/server/identity/x.cpp", "src/store/x.cpp"),
        ]
        for header, home, elsewhere in cases:
            with self.subTest(header=header):
                self.assertEqual(offences(home, f"#include <{header}>\n"), [])
                self.assertEqual(len(offences(elsewhere, f"#include <{header}>\n")), 1)

    def test_the_standard_library_is_everybodys(self):
        self.assertEqual(offences("src/engineio/x.cpp", "#include <vector>\n#include <sys/socket.h>\n"), [])


class Text(unittest.TestCase):
    def test_a_header_needs_its_pragma(self):
        self.assertEqual(offences("src/base/x.hpp", "int f();\n"), ["the header lacks #pragma once"])
        self.assertEqual(offences("bench/load/x.hpp", "#pragma once\n"), [])

    def test_a_header_uses_no_namespace(self):
        self.assertEqual(offences("src/base/x.hpp", "#pragma once\nusing namespace std;\n"), ["using namespace in a header"])
        self.assertEqual(offences("src/base/x.cpp", "using namespace std;\n"), [])

    def test_what_is_left_to_do_has_a_number(self):
        self.assertEqual(offences("src/base/x.cpp", "// TODO: later\n"), ["TODO without an issue's number"])
        self.assertEqual(offences("README.md", "FIXME\n"), ["FIXME without an issue's number"])
        self.assertEqual(offences("src/base/x.cpp", "// TODO(#12): later\n"), [])

    def test_a_file_has_four_hundred_lines_at_most(self):
        self.assertEqual(offences("src/base/x.cpp", "\n" * 400), [])
        self.assertEqual(len(offences("src/base/x.cpp", "\n" * 401)), 1)
        self.assertEqual(len(offences("tests/e2e/x.test.mjs", "\n" * 401)), 1)

    def test_an_offence_names_its_line(self):
        found = list(tidy.check_file(Path("src/base/x.cpp"), '#include "base/y.hpp"\n#include "json/y.hpp"\n'))
        self.assertEqual(found, [(2, 'base/ may not include "json/y.hpp"')])


class Tree(unittest.TestCase):
    def test_finds_this_very_file_and_nothing_that_was_built(self):
        root = Path(__file__).resolve().parent.parent
        files = tidy.tracked_files(root)
        self.assertIn(Path("tools/tidy_test.py"), files)
        self.assertFalse([path for path in files if path.parts[0] == "build" or "node_modules" in path.parts])


if __name__ == "__main__":
    unittest.main()
