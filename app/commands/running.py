"""Commands that keep running: serve, run, work."""

from __future__ import annotations

from argparse import Namespace
from tempfile import TemporaryDirectory

from app import demo, serving
from app.channels import pushed
from app.commands import progress, tell
from app.commands.schema import apply_migrations
from app.crew import Crew
from app.installation import must_keep_files, opened, prepare, settle
from app.service import make_app, start_crew
from app.settings import Settings
from app.shared_state import joined
from models.database import SQLITE, dialect_of, sqlite_path
from models.migrate import copy_file, migrate
from people import rules

LOOPBACK = ("127.0.0.1", "::1", "localhost")


async def serve(given: Namespace, settings: Settings) -> int:
    """Answer requests until asked to end."""
    door = serving.Door(settings.host, settings.port, is_shared=given.share_port)
    await serving.serve(make_app(settings), door=door, tell=tell)
    return 0


async def run_all(given: Namespace, settings: Settings) -> int:
    """Everything a fresh machine needs, then serve; a port that is taken is told before the long work."""
    if not given.share_port:
        await serving.must_be_free(settings.host, settings.port)
    hints = await set_up(settings)
    if hints and settings.host not in LOOPBACK:
        progress("warning: everybody who reads the demo's file knows its passwords, and other machines reach this one")
    door = serving.Door(settings.host, settings.port, is_shared=given.share_port)
    await serving.serve(make_app(settings), door=door, tell=lambda address: tell("\n  ".join([address, *hints])))
    return 0


async def set_up(settings: Settings) -> list[str]:
    """Schema, packs, and the demo where there is nobody yet; gives how to sign in to the demo."""
    prepare(settings)
    await apply_migrations(settings)
    content = demo.read(settings.community_dir)
    async with opened(settings):
        has_nobody = await demo.is_empty()
    if has_nobody:
        await _make_demo(settings, content)
    async with opened(settings):
        await demo.load_packs(settings.community_dir / "packs")
        return await demo.logins(content)


async def _make_demo(settings: Settings, content: demo.Demo, *, homes: int | None = None, seed: int = 0) -> None:
    """On SQLite it is made in a file beside the database and put in place when it is whole: who stops it half-way
    starts from nothing again."""
    packs_folder = settings.community_dir / "packs"
    if dialect_of(settings.database_url) != SQLITE:
        async with opened(settings):
            await demo.make(content, packs_folder=packs_folder, homes=homes, seed=seed, tell=progress)
        return
    path = sqlite_path(settings.database_url)
    with TemporaryDirectory(dir=path.parent, prefix="demo-") as folder:
        making = settings.model_copy(update={"database_url": f"sqlite://{folder}/{path.name}?synchronous=OFF"})
        await migrate(making.database_url)
        async with opened(making):
            await demo.make(content, packs_folder=packs_folder, homes=homes, seed=seed, tell=progress)
        copy_file(sqlite_path(making.database_url), to=path)


async def make_demo(given: Namespace, settings: Settings) -> int:
    """Make the demo in an empty database and say how to sign in."""
    prepare(settings)
    content = demo.read(settings.community_dir)
    async with opened(settings):
        await demo.must_be_empty()
    await _make_demo(settings, content, homes=given.homes, seed=given.seed)
    async with opened(settings):
        for line in await demo.logins(content):
            tell(line)
    return 0


async def work(_given: Namespace, settings: Settings) -> int:
    """Deliver messages and run jobs until asked to end."""
    prepare(settings)
    must_keep_files(settings)
    with serving.end_asked() as end:
        crew = Crew()
        async with opened(settings), joined(settings.redis_url, crew=crew), pushed(settings) as channels:
            await settle(settings)
            await rules.refresh()
            start_crew(crew, settings, channels=channels)
            tell("working")
            await end.wait()
            await crew.finish()
    return 0
