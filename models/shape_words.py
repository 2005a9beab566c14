"""What a shape refuses, in the words of ``community/wording/shape.toml``, by the kind of the problem."""

from __future__ import annotations

from pydantic_core import ErrorDetails

from models.wording import knows, say


def why(problem: ErrorDetails) -> str:
    """Why one value does not fit, as a sentence without its full stop; what was given is not repeated."""
    key = f"shape.{problem['type']}"
    return say(key if knows(key) else "shape.other", **problem.get("ctx", {}))
