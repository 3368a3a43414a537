#!/usr/bin/env python3
"""Writes quickclinic(1) from what the program says about itself: man_page.py PROGRAM OUTPUT."""

import re
import subprocess
import sys

HEAD = ".TH QUICKCLINIC 1 {date} \"{version}\" \"User Commands\"\n"

FILES = [
    ("/etc/quickclinic/quickclinic.env", "Settings of the service."),
    ("/etc/quickclinic/secrets.env", "The key of tokens that the package has made; what quickclinic.env sets wins."),
    ("/var/lib/quickclinic", "The database, unless DATABASE_URL names another."),
]

SIGNALS = [
    ("SIGTERM, SIGINT", "End: what is being stored is finished, all sessions are closed. Once more: at once."),
    ("SIGUSR2", "Start the program anew and let it take over; nobody is refused meanwhile. What systemctl reload sends."),
]


def escape(text):
    """For roff: a backslash and a leading dot or quote have a meaning, and a hyphen is to stay one."""
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return "\\&" + text if text[:1] in (".", "'") else text


def entries(lines):
    """What stands in two columns as (left, right), wrapped lines joined."""
    found = []
    for line in lines:
        if re.match(r"  \S", line):
            left, _, right = line.strip().partition("  ")
            found.append([left, right.strip()])
        elif line.strip() and found:
            found[-1][1] = f"{found[-1][1]} {line.strip()}".strip()
    return found


def tagged(pairs):
    return "".join(f".TP\n.B {escape(left)}\n{escape(right)}\n" for left, right in pairs)


def page(help_text, version, date):
    """The manual page as roff."""
    title, usage, commands, note, settings = re.fullmatch(
        r"quickclinic: (.*?)\n\nUsage: (.*?)\n\nCommands:\n(.*?)\n\n(.*?)\n\n(.*)", help_text, re.DOTALL).groups()
    return "".join([
        HEAD.format(date=date, version=version),
        f".SH NAME\nquickclinic \\- {escape(title)}\n",
        f".SH SYNOPSIS\n.B {escape(usage)}\n",
        ".SH COMMANDS\n", tagged(entries(commands.split("\n"))),
        ".SH SETTINGS\n", escape(" ".join(note.split())), "\n", tagged(entries(settings.split("\n"))),
        ".SH SIGNALS\n", tagged(SIGNALS),
        ".SH FILES\nOf the Debian package:\n", tagged(FILES),
    ])


def main():
    program, output = sys.argv[1:]

    def ask(flag):
        return subprocess.run([program, flag], check=True, capture_output=True, text=True).stdout

    version = ask("--version").strip()
    with open(output, "w", encoding="utf-8") as file:
        file.write(page(ask("--help"), version, "2026"))


if __name__ == "__main__":
    main()
