"""A change that the database itself makes after another: what a trigger is, written once for both databases."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Count:
    """After ``event`` on ``table``, for each row for which ``when`` holds, ``do``: written alike for both databases."""

    name: str
    table: str
    event: str
    when: str
    do: str
