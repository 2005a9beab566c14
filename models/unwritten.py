"""What the models say and the migrations do not yet: found, and written down as the next migration."""

from __future__ import annotations

from pathlib import Path

from tortoise.context import TortoiseContext
from tortoise.migrations.autodetector import MigrationAutodetector
from tortoise.migrations.writer import MigrationWriter, format_migration_name

from models.database import APP, MIGRATION_CONFIG
from models.migrate import MIGRATIONS
from models.migration_state import DrawnState


class _Detector(MigrationAutodetector):
    """Tortoise's, over tables that are drawn only where a step looks at them: half a second, not half a minute."""

    async def _project_state(self) -> DrawnState:
        state = DrawnState.empty({app: config["default_connection"] for app, config in self.apps_config.items()})
        for key in self._full_plan():
            migration = self.loader.graph.nodes[key]
            assert migration is not None, key
            await migration.apply(state, dry_run=True)
        return state


async def write_migration(name: str, *, migrations: str = MIGRATIONS) -> list[Path]:
    """Write down what the models say and the files do not yet; gives the new files, none when nothing changed."""
    return [_written(writer, name) for writer in await unwritten(migrations=migrations)]


async def unwritten(*, migrations: str = MIGRATIONS) -> list[MigrationWriter]:
    """What ``write_migration`` would write; empty when models and files agree."""
    async with TortoiseContext() as context:
        await context.init(config=MIGRATION_CONFIG, init_connections=False)
        assert context.apps is not None
        apps = {APP: {**MIGRATION_CONFIG["apps"][APP], "migrations": migrations}}
        return await _Detector(context.apps, apps).changes()


def _written(writer: MigrationWriter, name: str) -> Path:
    writer.name = format_migration_name(int(writer.name.split("_", 1)[0]), name)
    return Path(writer.write())
