"""Commands that keep running: serve, run, work."""

from __future__ import annotations

from argparse import Namespace

from app import demo, serving
from app.channels import pushed
from app.commands import progress, tell
from app.commands.schema import apply_migrations
from app.crew import Crew
from app.installation import opened, prepare
from app.service import make_app, start_crew
from app.settings import Settings
from casework import guide, packs
from people import places
from people.viewers import SYSTEM


async def serve(_given: Namespace, settings: Settings) -> int:
    """Answer requests until asked to end."""
    await serving.serve(make_app(settings), host=settings.host, port=settings.port, tell=tell)
    return 0


async def run_all(_given: Namespace, settings: Settings) -> int:
    """Everything a fresh machine needs, then serve."""
    hints = await set_up(settings)
    await serving.serve(
        make_app(settings),
        host=settings.host,
        port=settings.port,
        tell=lambda address: tell("\n  ".join([address, *hints])),
    )
    return 0


async def set_up(settings: Settings) -> list[str]:
    """Schema, packs, and the demo where there is nobody yet; gives how to sign in to the demo."""
    prepare(settings)
    await apply_migrations(settings)
    content = demo.read(settings.community_dir)
    async with opened(settings):
        await load_packs(settings)
        if await demo.is_empty():
            await demo.make(content, tell=progress)
        return await demo.logins(content)


async def load_packs(settings: Settings) -> None:
    """The shipped packs, at the first start."""
    if await guide.revision() == 0:
        progress("loading the packs ...")
        await packs.import_packs(packs.read_folder(settings.community_dir / "packs"), by=SYSTEM, publish=True)


async def make_demo(_given: Namespace, settings: Settings) -> int:
    """Make the demo in an empty database and say how to sign in."""
    prepare(settings)
    content = demo.read(settings.community_dir)
    async with opened(settings):
        await load_packs(settings)
        await demo.make(content, tell=progress)
        for line in await demo.logins(content):
            tell(line)
    return 0


async def work(_given: Namespace, settings: Settings) -> int:
    """Deliver messages and run jobs until asked to end."""
    prepare(settings)
    with serving.end_asked() as end:
        async with opened(settings), pushed(settings) as channels:
            await places.settle_home(settings.place)
            crew = Crew()
            start_crew(crew, settings, channels=channels)
            await end.wait()
            await crew.finish()
    return 0
