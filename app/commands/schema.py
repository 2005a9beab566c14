"""The command about the database's schema: migrate."""

from __future__ import annotations

from argparse import Namespace

from app.commands import progress, tell
from app.installation import reaching
from app.problems import NotReady
from app.settings import Settings
from models import migrate as migrations
from models.unwritten import write_migration


async def migrate(given: Namespace, settings: Settings) -> int:
    """Apply, write or look for migrations."""
    if given.make:
        return await _write(given.make)
    if given.check:
        return await _check(settings)
    await apply_migrations(settings)
    tell("up to date")
    return 0


async def apply_migrations(settings: Settings) -> None:
    """Bring the database to the present schema."""
    try:
        with reaching():
            await migrations.migrate(settings.database_url, tell=lambda name: progress(f"applying {name} ..."))
    except migrations.MigrationFailed as error:
        raise NotReady(f"the migration failed, and the database is as it was before: {error}") from error


async def _write(name: str) -> int:
    written = await write_migration(name)
    tell("\n".join(str(path) for path in written) or "no changes")
    return 0


async def _check(settings: Settings) -> int:
    with reaching():
        is_current = await migrations.is_current(settings.database_url)
    if not is_current:
        tell("migrations are missing; run: python -m app migrate")
        return 1
    tell("up to date")
    return 0
