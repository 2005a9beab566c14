"""The packs that are shipped: nothing for packs check to find, 152 entries, and no outside question too near."""

from __future__ import annotations

import time
from functools import lru_cache
from pathlib import Path

from casework.pack_checks import check_folder
from casework.pack_findings import Finding
from tests.shipped import shipped_packs

ROOT = Path(__file__).parents[2]
COMMUNITY = ROOT / "community"


@lru_cache(maxsize=1)
def checked() -> tuple[list[Finding], float]:
    """What packs check finds with the test questions beside the packs, and the seconds of work it takes."""
    began = time.process_time()
    found = check_folder(COMMUNITY / "packs", community=COMMUNITY, questions=ROOT / "tests" / "questions")
    return found, time.process_time() - began


def test_packs_check_finds_nothing_in_the_shipped_packs() -> None:
    assert [f"{one.file} {one.entry} {one.field}: {one.what}" for one in checked()[0]] == []


def test_the_eight_packs_hold_152_entries() -> None:
    packs = shipped_packs()
    assert (len(packs), sum(len(pack.entries) for pack in packs)) == (8, 152)


def test_checking_is_quick_enough_for_every_commit() -> None:
    assert checked()[1] < 15
