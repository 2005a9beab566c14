"""Events of boards for a neighbourhood's other system: in order, signed, without words, to public addresses."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass, field

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from bot import delivery
from bot.channels import webhook
from bot.channels.webhook import WebhookChannel
from courier import outbox
from courier.networks import is_public
from forum import board_settings
from forum.board_settings import Wanted
from models.errors import Invalid, NotAllowed, NotFound, WrongState
from models.message import Outbox
from models.transaction import execute
from models.webhook import WebhookEvent
from people import webhooks
from tests.conftest import StillClock
from tests.forum.conftest import Neighbours

URL = "https://hooks.example.org/mulin"


@dataclass(slots=True)
class Receiver:
    """Another system: what came with which headers; ``status`` is what it says to it."""

    came: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    status: int = 204

    def application(self) -> web.Application:
        """The server."""
        app = web.Application()
        app.router.add_post("/mulin", self._take)
        return app

    async def _take(self, request: web.Request) -> web.Response:
        self.came.append(({name.lower(): value for name, value in request.headers.items()}, await request.read()))
        return web.Response(status=self.status, headers={"Location": "/elsewhere"})


def signatures(receiver: Receiver, secret: str) -> list[str]:
    """What must stand over everything that came."""
    made = []
    for headers, body in receiver.came:
        signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        digest = hmac.new(base64.b64decode(secret.removeprefix("whsec_")), signed, hashlib.sha256).digest()
        made.append(f"v1,{base64.b64encode(digest).decode()}")
    return made


async def deliver(session: ClientSession) -> None:
    """Everything for other systems that is due is sent."""
    await execute("DELETE FROM outbox WHERE channel<>'webhook'")
    while batch := await outbox.claim():
        for message in batch:
            await delivery.deliver(message, channels={"webhook": WebhookChannel(session)})


async def kinds(cast: Neighbours) -> list[str]:
    """What happened, the newest first."""
    return [one.kind.value for one in await webhooks.events(viewer=cast.gao, place_id=cast.here.id)]


async def test_what_every_neighbour_sees_is_told_in_order_and_nothing_else(cast: Neighbours) -> None:
    await cast.post("先前的灯坏了")
    await webhooks.set_webhook(cast.here.id, by=cast.gao, url=URL)
    post = await cast.post("3号楼的灯坏了三天")
    await cast.reply(post, "我家也是")
    await cast.reply(post, "今天来修", by=cast.chen)
    await board_settings.set_board("police", Wanted(is_on=True), by=cast.gao, place_id=cast.here.id)
    await cast.post("只问民警：有人敲门", board="police", is_private=True)
    assert await kinds(cast) == ["post.answered", "post.published"]
    assert await WebhookEvent.filter(place_id=cast.elsewhere.id).count() == 0
    bodies = [json.loads(one.body) for one in await WebhookEvent.all().order_by("number")]
    assert [one["order"] for one in bodies] == [1, 2]
    assert bodies[0]["data"] == {"post": post, "board": "issues", "path": f"/posts/{post}", "role": None}
    assert "灯" not in str(bodies)
    assert "阿芳" not in str(bodies)
    await webhooks.end(cast.here.id, by=cast.gao)
    await cast.post("没有人听见")
    assert await kinds(cast) == ["post.answered", "post.published"]


async def test_an_event_is_signed_tried_again_and_sent_once_more_under_its_name(
    cast: Neighbours, clock: StillClock
) -> None:
    secret = await webhooks.set_webhook(cast.here.id, by=cast.gao, url=URL)
    await cast.post("3号楼的灯坏了三天")
    await cast.post("5号楼的灯也坏了")
    receiver = Receiver(status=302)
    async with TestServer(receiver.application()) as server, ClientSession() as session:
        await execute("UPDATE webhook SET url=$1", str(server.make_url("/mulin")).replace("127.0.0.1", "localhost"))
        await deliver(session)
        assert len(receiver.came) == 1, "the second waits behind the first, and nobody follows a redirect"
        _, event = await webhooks.events(viewer=cast.gao, place_id=cast.here.id)
        assert (event.state, event.error) == ("new", "status 302")
        with pytest.raises(WrongState):
            await webhooks.replay(event.id, by=cast.gao, place_id=cast.here.id)
        receiver.status = 204
        clock.forward(minutes=1)
        await deliver(session)
        await webhooks.replay(event.id, by=cast.gao, place_id=cast.here.id)
        await deliver(session)
    first, again, other, last = [headers["webhook-id"] for headers, _ in receiver.came]
    assert (first == again == last == event.key, other == first) == (True, False)
    assert receiver.came[0][1] == receiver.came[3][1]
    assert [headers["webhook-signature"] for headers, _ in receiver.came] == signatures(receiver, secret)
    assert secret not in str(await Outbox.all().values())
    lines = await webhooks.events(viewer=cast.gao, place_id=cast.here.id)
    assert [(one.number, one.state, one.replays) for one in lines] == [(2, "done", 0), (1, "done", 1)]


async def test_only_who_leads_sets_it_and_only_to_a_name_on_the_public_internet(cast: Neighbours) -> None:
    for viewer in (cast.chen, cast.wang, cast.outsider):
        with pytest.raises((NotAllowed, NotFound)):
            await webhooks.set_webhook(cast.here.id, by=viewer, url=URL)
        with pytest.raises((NotAllowed, NotFound)):
            await webhooks.events(viewer=viewer, place_id=cast.here.id)
    for wrong in (
        *("http://hooks.example.org", "https://localhost/x", "https://169.254.169.254/latest", "https://[::1]/"),
        *(
            "https://0x7f.1/",
            "https://2130706433/",
            "https://me:pw@hooks.example.org/",
            "https://hooks.example.org:22/",
        ),
        *("ftp://hooks.example.org/", "https://", "https://hooks.example.org/\nx", "https://例子.中国/", "x" * 400),
    ):
        with pytest.raises(Invalid):
            await webhooks.set_webhook(cast.here.id, by=cast.gao, url=wrong)


@pytest.mark.databases("sqlite")
async def test_a_name_that_leads_inside_is_not_gone_to(cast: Neighbours) -> None:
    inside = ("127.0.0.1", "10.1.2.3", "192.168.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1", "::1")
    inside += ("::ffff:10.0.0.1", "fe80::1%eth0", "fd00::1", "64:ff9b::a00:1", "2002:a00:1::", "240.0.0.1", "name")
    assert [one for one in inside if is_public(one)] == []
    assert all(map(is_public, ("1.1.1.1", "2606:4700:4700::1111")))
    await webhooks.set_webhook(cast.here.id, by=cast.gao, url=URL)
    await cast.post()
    receiver = Receiver()
    async with TestServer(receiver.application()) as server, webhook.session() as session:
        await execute("UPDATE webhook SET url=$1", str(server.make_url("/mulin")).replace("127.0.0.1", "localhost"))
        await deliver(session)
    assert receiver.came == []
    assert await Outbox.all().values_list("state", "tries") == [("new", 1)]
