"""Builds presets, when they are asked for or ahead of that, in what the tests of another preset leave of the processors."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from test_programs import in_what_is_left, script

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build"
LIMIT = 3000  # seconds

_ahead = {}


def configure(preset):
    """Outcome when it fails, else None."""
    if not (BUILD / preset / "build.ninja").exists():
        outcome = script(f"configure {preset}", ["cmake", "--preset", preset], 300, cwd=ROOT)
        if not outcome.passed:
            return outcome
    return None


def _build(preset, targets, wrap=lambda command: command):
    if outcome := configure(preset):
        return outcome
    outcome = script(f"build {preset}", wrap(["ninja", "-C", str(BUILD / preset), *targets]), LIMIT, cwd=ROOT)
    return None if outcome.passed else outcome


def build(preset, targets):
    """Outcome when it fails, else None. Waits for what was begun ahead, for two cannot build one preset at once."""
    if begun := _ahead.pop(preset, None):
        if outcome := begun.result():
            return outcome
    return _build(preset, targets)


def build_ahead(wanted):
    """Begins to build `wanted`, a list of (preset, targets), one after the other, and returns."""
    pool = ThreadPoolExecutor(1)
    for preset, targets in wanted:
        _ahead[preset] = pool.submit(_build, preset, targets, in_what_is_left)
    pool.shutdown(wait=False)
