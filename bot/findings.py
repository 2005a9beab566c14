"""What a look at a channel's settings found, in plain words."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """Whether it is as it should be, wrong, worth knowing, or not switched on."""

    GOOD = "ok"
    WRONG = "wrong"
    NOTE = "note"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at, and what to do where it is wrong."""

    verdict: Verdict
    text: str


def good(text: str) -> Finding:
    """As it should be."""
    return Finding(Verdict.GOOD, text)


def wrong(text: str) -> Finding:
    """Something must be done."""
    return Finding(Verdict.WRONG, text)


def note(text: str) -> Finding:
    """Worth knowing."""
    return Finding(Verdict.NOTE, text)
