"""The packs that are shipped: nothing for packs check to find, 152 entries, and no outside question too near."""

from __future__ import annotations

import time
from pathlib import Path

from casework.pack_checks import check_folder
from casework.pack_files import read_folder

ROOT = Path(__file__).parents[2]
COMMUNITY = ROOT / "community"


def test_packs_check_finds_nothing_in_the_shipped_packs() -> None:
    found = check_folder(COMMUNITY / "packs", community=COMMUNITY, questions=ROOT / "tests" / "questions")
    assert [f"{one.file} {one.entry} {one.field}: {one.what}" for one in found] == []


def test_the_eight_packs_hold_152_entries() -> None:
    packs = read_folder(COMMUNITY / "packs")
    assert (len(packs), sum(len(pack.entries) for pack in packs)) == (8, 152)


def test_checking_is_quick_enough_for_every_commit() -> None:
    began = time.process_time()
    check_folder(COMMUNITY / "packs", community=COMMUNITY, questions=ROOT / "tests" / "questions")
    assert time.process_time() - began < 15
