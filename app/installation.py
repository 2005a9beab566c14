"""What every command needs first: logs, secret keys, the community's folder, and the database at its present schema."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import structlog
from tortoise.context import TortoiseContext

from app.logs import configure
from app.problems import NotReady
from app.settings import Settings, files_folder, secret_keys
from bot import danger_options
from bot import words as bot_words
from casework import guide
from casework.cases import catalogue, kinds, teams
from casework.duties import lists as duty_lists
from casework.mediation import settings as mediation_settings
from courier import leases
from forum import defaults
from forum.items import goods
from forum.moderation import house, word_lists
from forum.notices import periods
from forum.votes import majorities
from models import rules, wording
from models.database import UNUSABLE, connected
from models.errors import NotFound
from models.migrate import is_current
from models.sealed import use_secrets
from people import name_words, places, shelf, written
from people.viewers import SYSTEM

log = structlog.get_logger()


def prepare(settings: Settings) -> None:
    """Set up this process as the settings say; the first time, a secret key is made."""
    configure(settings.log_level)
    is_first = settings.secret_key is None and not (settings.data_dir / "secret.key").exists()
    try:
        use_secrets(*secret_keys(settings))
    except OSError as error:
        raise NotReady(f"MULIN_DATA_DIR: the secret key cannot be kept there: {error}") from error
    leases.use(settings.lease_seconds)
    shelf.use_folder(files_folder(settings))
    if is_first:
        log.warning(
            "secret_key_made", file=str(settings.data_dir / "secret.key"), hint="keep a copy apart from the data"
        )
    use_community(settings.community_dir)


def must_keep_files(settings: Settings) -> None:
    """Refuse to serve where a folder was chosen for photos that cannot take them; its last part may have to be made."""
    folder = settings.files_dir
    if folder is None:
        return
    try:
        folder.mkdir(exist_ok=True)
        is_writable = os.access(folder, os.W_OK | os.X_OK)
    except OSError as error:
        raise NotReady(f"MULIN_FILES_DIR: photos cannot be kept there: {error}") from error
    if not is_writable:
        raise NotReady(f"MULIN_FILES_DIR: photos cannot be kept there: {folder} may not be written")


def use_community(folder: Path) -> None:
    """Read sentences, rules and word lists from a community's folder."""
    wording.load(folder)
    rules.load(folder)
    guide.use_folder(folder)
    bot_words.use_folder(folder)
    danger_options.use_folder(folder)
    duty_lists.use_folder(folder)
    name_words.use_folder(folder)
    written.use_folder(folder)
    defaults.use_folder(folder)
    periods.use_folder(folder)
    mediation_settings.use_folder(folder)
    majorities.use_folder(folder)
    house.use_folder(folder)
    word_lists.check()
    goods.use_folder(folder)


async def must_be_current(database_url: str) -> None:
    """Refuse to work on a database that lacks a migration."""
    with reaching():
        current = await is_current(database_url)
    if not current:
        raise NotReady("the database is not at the present schema; run: python -m app migrate")


@contextmanager
def reaching() -> Iterator[None]:
    """NotReady names the setting where the database cannot be reached, or is none."""
    try:
        yield
    except UNUSABLE as error:
        said = " ".join(str(error).split())
        raise NotReady(f"the database cannot be reached (MULIN_DATABASE_URL): {said}") from error


async def settle(settings: Settings) -> None:
    """Choose the neighbourhood of guests; NotReady names the setting where there is no such place."""
    try:
        await places.settle_home(settings.place)
    except NotFound as error:
        hint = "add it with python -m app place add, make the demo with python -m app demo, or set MULIN_PLACE"
        raise NotReady(f"there is no place {settings.place!r} (MULIN_PLACE) in the database: {hint}") from error


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[TortoiseContext]:
    """The database of the installation, for a command that is not the service."""
    await must_be_current(settings.database_url)
    async with connected(settings.database_url) as context:
        guide.forget()
        yield context


async def load_cases(folder: Path) -> None:
    """What the catalogue and the teams of a community's folder have new; what staff changed since stays."""
    catalogue.forget()
    await catalogue.load(kinds.read(folder / "cases"), by=SYSTEM)
    await teams.load(teams.read(folder), by=SYSTEM)
