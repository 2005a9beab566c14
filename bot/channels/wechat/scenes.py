"""QR codes of the account that lead into its chat and say which estate they hang in (``qrcode/create``)."""

from __future__ import annotations

from bot.channels.wechat.tokens import NoTokenError, Tokens, call, errcode

CREATE = "/cgi-bin/qrcode/create"
FOR_EVER = "QR_LIMIT_STR_SCENE"
"""A code that does not run out; an account may have 100,000 of them."""


async def code_of(tokens: Tokens, *, estate_token: str) -> str:
    """The address that the code of an estate's link holds; who scans it follows the account and begins to join."""
    scene = {"scene_str": f"join_{estate_token}"}
    answer = await call(tokens, CREATE, {"action_name": FOR_EVER, "action_info": {"scene": scene}})
    address = answer.get("url")
    if errcode(answer) or not isinstance(address, str):
        raise NoTokenError(errcode(answer))
    return address
