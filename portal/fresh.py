"""Forms whose deed destroys something or carries it out of the house: who sends one proves once more who they are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from aiohttp import web
from aiohttp.typedefs import Handler

from models.errors import Invalid, TooMany
from models.wording import say_refusal
from people import freshness
from portal.forms import TOKEN, FormHandler, Sent, form
from portal.render import page

PROOF = "proof"
When = Callable[[web.Request, Sent], bool]


def fresh_form(*, when: When | None = None) -> Callable[[FormHandler], Handler]:
    """Let a handler take a form of signed-in staff who proved who they are within five minutes; ``when`` says which of
    its forms ask for that. What was typed is kept while it is asked for."""

    def wrap(handler: FormHandler) -> Handler:
        async def take(request: web.Request, sent: Sent) -> web.StreamResponse:
            if sent.who.is_fresh or (when is not None and not when(request, sent)):
                return await handler(request, _without_proof(sent))
            return await _prove(request, sent) or await handler(request, _without_proof(sent))

        return form(take)

    return wrap


async def _prove(request: web.Request, sent: Sent) -> web.Response | None:
    """None once it is proved; otherwise the page that asks."""
    if not sent.text(PROOF):
        return await _ask(request, sent, problem="")
    assert sent.who.session_id is not None
    try:
        await freshness.prove(sent.text(PROOF), by=sent.who.viewer, session_id=sent.who.session_id)
    except (Invalid, TooMany) as refusal:
        return await _ask(request, sent, problem=say_refusal(refusal))
    return None


async def _ask(request: web.Request, sent: Sent, *, problem: str) -> web.Response:
    kept = [(name, value) for name, value in sent.fields if name not in (TOKEN, PROOF)]
    return await page(request, "staff/fresh.html", status=403, kept=kept, problem=problem)


def _without_proof(sent: Sent) -> Sent:
    return replace(sent, fields=tuple(one for one in sent.fields if one[0] != PROOF))
