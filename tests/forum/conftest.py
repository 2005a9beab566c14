"""The cast on the boards: neighbours, the committee, the offices, a moderator of one board, and people elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter
from tortoise.context import TortoiseContext

from courier import limits
from forum import posts, replies
from forum.posts import NewPost
from forum.replies import NewReply
from models import clock as models_clock
from models.contact import Contact
from models.person import Person, Role, RoleName
from models.place import Level, Place
from models.sealed import use_secrets
from people import shelf
from people.viewers import Viewer, viewer_of
from tests.conftest import StillClock


@dataclass
class Neighbours:
    """Everybody by name; 外人 is secretary and 别人 a resident of the other neighbourhood."""

    here: Place
    elsewhere: Place
    wang: Viewer
    li: Viewer
    chen: Viewer
    gao: Viewer
    sun: Viewer
    police: Viewer
    doctor: Viewer
    property: Viewer
    zhao: Viewer
    outsider: Viewer
    stranger: Viewer

    async def post(
        self,
        text: str = "3号楼楼道的灯坏了三天",
        *,
        by: Viewer | None = None,
        board: str = "issues",
        is_private: bool = False,
        **more: object,
    ) -> int:
        """王阿姨 posts on 身边事."""
        new = NewPost(board, text, is_private=is_private, **more)  # type: ignore[arg-type]
        return (await posts.publish(new, by=by or self.wang, place_id=self.here.id)).id

    async def reply(
        self, post_id: int, text: str = "收到", *, by: Viewer | None = None, quotes: int | None = None
    ) -> int:
        """李叔 answers."""
        return (await replies.reply(post_id, NewReply(text, quotes=quotes), by=by or self.li)).id


async def person(name: str, home: Place, *roles: RoleName, boards: str = "") -> Viewer:
    """Somebody with roles, and a chat."""
    now = models_clock.now()
    found = await Person.create(created_at=now, place=home, name=f"真名{name}", shown_name=name)
    for role in roles:
        kept_to = boards if role is RoleName.MODERATOR else ""
        await Role.create(created_at=now, person=found, place=home, name=role, boards=kept_to)
    await Contact.create(created_at=now, channel="telegram", address=f"{home.slug}-{name}", place=home, person=found)
    return await seen_again(found.id)


async def seen_again(person_id: int | None) -> Viewer:
    """Somebody with the roles they hold now."""
    viewer = await viewer_of(person_id or 0)
    assert viewer is not None
    return viewer


async def place(slug: str, *, parent: Place | None = None, is_rural: bool = False) -> Place:
    """A place; a neighbourhood where something stands above it."""
    level = Level.NEIGHBOURHOOD if parent else Level.SUBDISTRICT
    now = models_clock.now()
    return await Place.create(created_at=now, slug=slug, name=slug, level=level, parent=parent, is_rural=is_rural)


@pytest.fixture
async def cast(db: TortoiseContext, clock: StillClock, tmp_path: Path) -> Neighbours:
    """Two neighbourhoods under one subdistrict; a post elsewhere stands there from the beginning."""
    use_secrets("a secret of tests")
    limits.install(MovingWindowRateLimiter(MemoryStorage()))
    shelf.use_folder(tmp_path / "files")
    above = await place("subdistrict")
    here, elsewhere = await place("here", parent=above), await place("elsewhere", parent=above)
    stranger = await person("别人", elsewhere, RoleName.RESIDENT)
    await posts.publish(NewPost("issues", "别处的灯也坏了"), by=stranger, place_id=elsewhere.id)
    return Neighbours(
        here=here,
        elsewhere=elsewhere,
        wang=await person("阿芳", here, RoleName.RESIDENT),
        li=await person("老李", here, RoleName.RESIDENT),
        chen=await person("小陈", here, RoleName.WORKER),
        gao=await person("高书记", here, RoleName.SECRETARY),
        sun=await person("孙师傅", here, RoleName.MODERATOR, boards="neighbours"),
        police=await person("周警官", here, RoleName.POLICE),
        doctor=await person("吴医生", here, RoleName.DOCTOR),
        property=await person("物业小吴", here, RoleName.PROPERTY),
        zhao=await person("赵", above, RoleName.SUBDISTRICT_OBSERVER),
        outsider=await person("外人", elsewhere, RoleName.SECRETARY),
        stranger=stranger,
    )
