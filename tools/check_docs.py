#!/usr/bin/env python3
"""Checks that every link in the documents leads somewhere: to a file of the tree, and to a heading where one is
named. Addresses of other hosts are left alone. Prints one line per broken link; ends with 1 when there is any."""

import re
import sys
from pathlib import Path

from tidy import line_of, tracked_files

# `[text](target)` and `[text]: target`, the two ways Markdown has.
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)|^\[[^\]]+\]:\s*(\S+)", re.MULTILINE)
CODE = re.compile(r"^```.*?^```|`[^`\n]*`", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^#+\s+(.*?)\s*$", re.MULTILINE)
ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:")


def without_code(text):
    """The same, line by line, with blanks where code was."""
    return CODE.sub(lambda match: re.sub(r"[^\n]", " ", match.group()), text)


def anchors(text):
    """What headings are called behind a `#`, as the usual viewers make it."""
    blocks = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    names = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in HEADING.findall(blocks))
    return {name.replace(" ", "-") for name in names}


def broken_links(root, document):
    """Yields `(line, sentence)`; `document` is relative to `root`."""
    text = (root / document).read_text(encoding="utf-8")
    for match in LINK.finditer(without_code(text)):
        target = match.group(1) or match.group(2)
        if ELSEWHERE.match(target):
            continue
        name, _, anchor = target.partition("#")
        path = (root / document).parent / name if name else root / document
        where = line_of(text, match.start())
        if not path.exists():
            yield where, f"there is no {target}"
        elif anchor and anchor not in anchors(path.read_text(encoding="utf-8")):
            yield where, f"{name or document} has no heading #{anchor}"


def main():
    root = Path(__file__).resolve().parent.parent
    broken = 0
    for document in sorted(path for path in tracked_files(root) if path.suffix == ".md"):
        for line, sentence in broken_links(root, document):
            print(f"{document}:{line}: {sentence}")
            broken += 1
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
