"""The C++ of a document as one translation unit, so that a compiler can say whether it is true.

A block is marked by what stands behind its three backticks: `cpp` are statements of a setup function, `cpp task` those of a
coroutine, `cpp file` stands for itself (its `main` gets another name). Each lives in a namespace of its own."""

import re

BLOCK = re.compile(r"^```cpp(?: (\w+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
INCLUDE = re.compile(r"^#include .*\n", re.MULTILINE)
MAIN = re.compile(r"\bint main\(")

PRELUDE = """#include <quickclinic/socketio.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>

using namespace quickclinic;
using namespace quickclinic::socketio;

"""
CONTEXT = ("transport::Options& options, transport::Shard& shard, Server& io, Namespace& nsp, Socket& socket, "
           "Event& event")


def translation_unit(document):
    text = document.read_text(encoding="utf-8")
    parts = [PRELUDE]
    for number, match in enumerate(BLOCK.finditer(text)):
        kind, code = match.groups()
        line = text.count("\n", 0, match.start(2)) + 1
        # Blank lines where includes were, so that the compiler's line numbers are the document's.
        includes = "".join(INCLUDE.findall(code))
        body = f'#line {line} "{document}"\n' + INCLUDE.sub("\n", code)
        if kind == "file":
            body = MAIN.sub(f"int main_{number}(", body)
        elif kind == "task":
            body = f"Task<> statements({CONTEXT}) {{\n{body}co_return Result<>();\n}}\n"
        elif kind is None:
            body = f"void statements({CONTEXT}) {{\n{body}}}\n"
        else:
            raise ValueError(f"{document}:{line}: nothing is known of a block \"cpp {kind}\"")
        parts.append(f"{includes}namespace snippet_{number} {{\n{body}}}\n")
    if len(parts) == 1:
        raise ValueError(f"{document} has no C++ blocks")
    return "".join(parts)
