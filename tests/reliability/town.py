"""A small installation to be killed: a neighbourhood, a few shipped entries, questions whose answers are known."""

from __future__ import annotations

from pathlib import Path

from casework.packs import Pack
from models.database import connected
from tests.portal.neighbourhood import piece_of_pack, settle
from tests.reliability.process import ROOT, Service
from tests.reliability.traffic import Question

SECRET = "only for tests: the relay's secret"
LEASE_SECONDS = 2


def pack() -> Pack:
    """The entries asked about: few, so that a killed process is soon back."""
    return piece_of_pack("marriage-family", most=6)


def questions(asked: Pack) -> list[Question]:
    """An entry's title asks for it, and stands in its answer."""
    return [Question(entry.title, entry.title) for entry in asked.entries]


async def town(database_url: str, *, folder: Path, ledger_url: str) -> Service:
    """An installation ready to be started on a fresh database."""
    async with connected(database_url):
        await settle([pack()])
    return service(database_url, folder=folder, ledger_url=ledger_url, lease_seconds=LEASE_SECONDS)


def service(database_url: str, *, folder: Path, ledger_url: str, lease_seconds: float) -> Service:
    """The process with its settings; nothing is started yet."""
    settings = {
        "MULIN_DATABASE_URL": database_url,
        "MULIN_COMMUNITY_DIR": str(ROOT / "community"),
        "MULIN_SECRET_KEY": "a secret for tests only",
        "MULIN_RELAY_URL": ledger_url,
        "MULIN_RELAY_SECRET": SECRET,
        "MULIN_LEASE_SECONDS": str(lease_seconds),
    }
    return Service(settings, folder=folder)
