"""What a shape refuses, in the words of ``community/wording/shape.toml``, by the kind of the problem."""

from __future__ import annotations

import re

from pydantic_core import ErrorDetails

from models.wording import knows, say

_PLACE = re.compile(r"line (\d+), column (\d+)")


def why(problem: ErrorDetails) -> str:
    """Why one value does not fit, as a sentence without its full stop; what was given is not repeated."""
    key = f"shape.{problem['type']}"
    return say(key if knows(key) else "shape.other", **problem.get("ctx", {}))


def unreadable(error: Exception) -> str:
    """Why a file cannot be read at all, as such a sentence: where its TOML stops making sense."""
    found = _PLACE.search(str(error))
    if found is None:
        return say("shape.not_toml")
    return say("shape.not_toml_at", line=int(found[1]), column=int(found[2]))
