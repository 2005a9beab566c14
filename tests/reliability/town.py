"""A small installation to be killed: a neighbourhood, a few shipped entries, questions whose answers are known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from casework import guide
from casework.guide import Zone
from casework.packs import Pack
from models.database import connected
from people import places
from people.viewers import guest
from tests.portal.neighbourhood import PACKS, piece_of_pack, settle
from tests.reliability.process import ROOT, Service
from tests.reliability.traffic import Question

SECRET = "only for tests: the relay's secret"
KEY = "a secret for tests only"
LEASE_SECONDS = 2


@dataclass(frozen=True, slots=True)
class Town:
    """An installation ready to be started, and what can be asked there."""

    service: Service
    questions: tuple[Question, ...]


async def town(database_url: str, *, folder: Path, ledger_url: str, more: Mapping[str, str] | None = None) -> Town:
    """A town on a fresh database; ``more`` are settings of its channels."""
    packs = [_plain(piece_of_pack(path.stem, most=1)) for path in sorted(PACKS.glob("*.yaml"))]
    async with connected(database_url):
        await settle(packs)
        asked = [question for pack in packs for question in await _questions(pack)]
    guide.forget()
    made = service(database_url, folder=folder, ledger_url=ledger_url, lease_seconds=LEASE_SECONDS, more=more)
    return Town(made, tuple(asked))


def _plain(pack: Pack) -> Pack:
    """Without conditions to ask back about, so that each message has the same answer whatever came before."""
    entries = (entry.model_copy(update={"variants": []}) for entry in pack.entries)
    return Pack(pack.category, pack.slug, tuple(entries))


async def _questions(pack: Pack) -> list[Question]:
    """Titles that are answered by their own entry; its answer, and no other's, begins with the title."""
    here, asked = places.home_place_id(), []
    for entry in pack.entries:
        found = await guide.find(entry.title, viewer=guest(here, contact_id=0), place_id=here)
        if found.zone is Zone.ANSWER and found.hits[0].key == entry.id:
            asked.append(Question(entry.title, entry.title.partition("（")[0]))
    return asked


def service(
    database_url: str,
    *,
    folder: Path,
    ledger_url: str,
    lease_seconds: float,
    community: Path = ROOT / "community",
    more: Mapping[str, str] | None = None,
) -> Service:
    """The process with its settings; nothing is started yet."""
    settings = {
        "MULIN_DATABASE_URL": database_url,
        "MULIN_COMMUNITY_DIR": str(community),
        "MULIN_SECRET_KEY": KEY,
        "MULIN_RELAY_URL": ledger_url,
        "MULIN_RELAY_SECRET": SECRET,
        "MULIN_LEASE_SECONDS": str(lease_seconds),
        **(more or {}),
    }
    return Service(settings, folder=folder)
