import unittest

import man_page

HELP = """quickclinic: a server

Usage: quickclinic [COMMAND] [SETTINGS]

Commands:
  serve                    Serve the chat.
  user add --email ADDRESS [--password-stdin]
                           Add a person; .dots
                           and \\ stay.

A flag wins over the file .env.

  --port NUMBER            Port. [SOCKET_PORT]
"""


class Page(unittest.TestCase):
    page = man_page.page(HELP, "quickclinic 1.2.3", "2026")

    def test_has_every_command_with_its_whole_text(self):
        self.assertIn(".TP\n.B serve\nServe the chat.\n", self.page)
        self.assertIn(".TP\n.B user add \\-\\-email ADDRESS [\\-\\-password\\-stdin]\nAdd a person; .dots and \\e stay.\n", self.page)

    def test_has_every_setting(self):
        self.assertIn(".TP\n.B \\-\\-port NUMBER\nPort. [SOCKET_PORT]\n", self.page)

    def test_names_the_program_and_its_version(self):
        self.assertTrue(self.page.startswith('.TH QUICKCLINIC 1 2026 "quickclinic 1.2.3"'))
        self.assertIn("quickclinic \\- a server\n", self.page)

    def test_begins_no_line_of_text_with_a_command_of_roff(self):
        self.assertEqual(man_page.escape(".env"), "\\&.env")


if __name__ == "__main__":
    unittest.main()
