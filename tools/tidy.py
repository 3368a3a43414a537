#!/usr/bin/env python3
"""Holds the tree to the rules that no compiler knows: which folder may include which, where the headers of other
libraries may appear, and what never appears at all. Prints one line per offence; ends with 1 when there is any."""

import re
import subprocess
import sys
from pathlib import Path

# A folder may include what stands here, and nothing else of src/.
LAYERS = {
    "base": {"base"},
    "json": {"base", "json"},
    "engineio": {"base", "json", "engineio"},
    "socketio": {"base", "json", "engineio", "socketio"},
    "transport": {"base", "json", "engineio", "socketio", "transport"},
    "cluster": {"base", "json", "engineio", "socketio", "cluster"},
    "chat": {"base", "json", "chat"},
    "store": {"base", "json", "chat", "store"},
    "server": {"base", "json", "engineio", "socketio", "transport", "cluster", "chat", "store", "server"},
}

# Tests of the domain run against the store that lives in memory.
TEST_ALLOWANCES = {"chat": ("store/memory",)}

# A header of another library, and the folders (below src/) it may be included from.
VENDORS = [
    (re.compile(r"boost/beast"), ("transport",)),
    (re.compile(r"boost/asio"), ("base", "transport", "cluster", "store", "server")),
    (re.compile(r"boost/json"), ("json",)),
    (re.compile(r"nlohmann/"), ("cluster", "socketio")),
    (re.compile(r"boost/(describe|mp11)"), ("json", "socketio")),
    (re.compile(r"openssl/"), ("base", "transport", "cluster/redis", "server/identity")),
    (re.compile(r"zlib\.h"), ("transport",)),
    (re.compile(r"sqlite3\.h"), ("store",)),
    (re.compile(r"libpq"), ("store",)),
    (re.compile(r"hiredis"), ("cluster",)),
    (re.compile(r"(spdlog|fmt)/"), ("base",)),
    (re.compile(r"CLI/"), ("server/settings",)),
    (re.compile(r"crypt\.h"), ("server/identity",)),
]

LINES_MAX = 400

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)
TODO = re.compile(r"\b(TODO|FIXME|XXX)\b(?!\(#\d+\))")
USING_NAMESPACE = re.compile(r"^\s*using\s+namespace\b", re.MULTILINE)
SOURCES = {".hpp", ".cpp"}
TEXTS = SOURCES | {".py", ".mjs", ".sh", ".cmake", ".md", ".txt", ""}


def line_of(text, position):
    return text.count("\n", 0, position) + 1


def is_test(path):
    return path.stem.endswith("_test")


def below(path, folder):
    return path.is_relative_to(Path("src") / folder)


def check_includes(path, text):
    """`path` is relative to the root and lies in src/."""
    folder = path.parts[1]
    for match in INCLUDE.finditer(text):
        quote, name = match.groups()
        where = line_of(text, match.start())
        for pattern, homes in VENDORS:
            if pattern.match(name) and not any(below(path, home) for home in homes):
                yield where, f"<{name}> may be included from {', '.join(homes)} only"
        target = name.split("/")[0]
        if quote != '"' or target not in LAYERS:
            continue
        allowance = TEST_ALLOWANCES.get(folder, ()) if is_test(path) else ()
        if target not in LAYERS[folder] and not name.startswith(allowance or ("\0",)):
            yield where, f'{folder}/ may not include "{name}"'
        if "/detail/" in name and target != folder:
            yield where, f'"{name}" belongs to {target}/ alone'


def check_own_header(path, text):
    """A source that includes its own header first proves that the header compiles alone (cmake/library.cmake)."""
    own = path.relative_to("src").with_suffix(".hpp").as_posix()
    includes = list(INCLUDE.finditer(text))
    for match in includes[1:]:
        if match.group(2) == own:
            yield line_of(text, match.start()), "a source includes its own header first"


def check_file(path, text):
    """Yields (line, sentence) for every offence of one file."""
    if path.suffix in SOURCES:
        if path.parts[0] == "src" and len(path.parts) > 2:
            if path.parts[1] in LAYERS:
                yield from check_includes(path, text)
            else:
                yield 1, f"src/{path.parts[1]}/ is no layer that tools/tidy.py knows"
            if path.suffix == ".cpp":
                yield from check_own_header(path, text)
        if path.suffix == ".hpp":
            if not re.search(r"^#pragma once$", text, re.MULTILINE):
                yield 1, "the header lacks #pragma once"
            for match in USING_NAMESPACE.finditer(text):
                yield line_of(text, match.start()), "using namespace in a header"
    if path.suffix in SOURCES | {".py", ".mjs"}:
        lines = text.count("\n")
        if lines > LINES_MAX:
            yield LINES_MAX, f"{lines} lines: past {LINES_MAX}, split along a noun"
    if path.name not in ("tidy.py", "tidy_test.py"):
        for match in TODO.finditer(text):
            yield line_of(text, match.start()), f"{match.group(1)} without an issue's number"


def tracked_files(root):
    """What git knows or would add; so nothing of a build."""
    command = ["git", "-c", f"safe.directory={root}", "-C", str(root), "ls-files", "-z", "--cached", "--others",
               "--exclude-standard"]
    names = subprocess.run(command, capture_output=True, check=True).stdout.decode().split("\0")
    return [Path(name) for name in names if name and (root / name).is_file()]


def main():
    root = Path(__file__).resolve().parent.parent
    offences = 0
    for path in sorted(tracked_files(root)):
        if path.suffix not in TEXTS:
            continue
        try:
            text = (root / path).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        for line, sentence in check_file(path, text):
            print(f"{path}:{line}: {sentence}")
            offences += 1
    return 1 if offences else 0


if __name__ == "__main__":
    sys.exit(main())
