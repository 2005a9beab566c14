"""Commands about the secret key: keys rotate, keys check."""

from __future__ import annotations

from argparse import Namespace

from app.commands import progress, tell
from app.installation import opened, prepare
from app.settings import Settings
from casework import resealing
from people.viewers import SYSTEM


async def rotate(_given: Namespace, settings: Settings) -> int:
    """Seal everything anew with the first key, and look afterwards; exit code 1 where something is left."""
    prepare(settings)
    async with opened(settings):
        done = await resealing.rotate(by=SYSTEM, tell=progress)
        left = (await resealing.check(by=SYSTEM)).left
    tell(f"{done.changed} values sealed anew")
    return _verdict(left)


async def check(_given: Namespace, settings: Settings) -> int:
    """Say whether the first key opens everything by itself."""
    prepare(settings)
    async with opened(settings):
        done = await resealing.check(by=SYSTEM, tell=progress)
    tell(f"{done.seen} values looked at")
    return _verdict(done.left)


def _verdict(left: int) -> int:
    if left:
        tell(f"{left} values still need an earlier key, or no key opens them: keep MULIN_OLD_SECRET_KEYS")
        return 1
    tell("the key in use opens everything by itself: MULIN_OLD_SECRET_KEYS may go")
    return 0
