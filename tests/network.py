"""A watch over the network: whatever leaves this machine is refused and fails the test that tried."""

from __future__ import annotations

import ipaddress
import socket
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

_CONNECTS = ("socket.connect", "socket.sendto", "socket.sendmsg")
_ASKS = ("socket.getaddrinfo", "socket.gethostbyname")


class OutsideNetwork(OSError):
    """Something in a test tried to reach beyond this machine."""


def is_here(host: object) -> bool:
    """Whether a host name or address is this machine; no host at all is, too."""
    if host is None or host in ("", b"", "localhost", b"localhost"):
        return True
    text = host.decode("ascii", "replace") if isinstance(host, bytes) else str(host)
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def _host(event: str, args: tuple[object, ...]) -> object:
    """The host an audit event is about; a Unix socket has none."""
    if event in _ASKS:
        return args[0]
    address = args[1] if event in _CONNECTS else None
    return address[0] if isinstance(address, tuple) else None


class Watch:
    """Python's audit hook cannot be taken away again, so one hook stays and listens only while a test runs."""

    def __init__(self) -> None:
        self._tries: list[str] | None = None
        sys.addaudithook(self._hear)

    def _hear(self, event: str, args: tuple[object, ...]) -> None:
        if self._tries is None or not event.startswith("socket."):
            return
        host = _host(event, args)
        if not is_here(host):
            self._tries.append(f"{event} {host!r}")
            raise OutsideNetwork(f"tests stay on this machine: {event} {host!r}")

    @contextmanager
    def listening(self) -> Iterator[list[str]]:
        """The tries made meanwhile, also those whose error somebody swallowed."""
        self._tries = tries = []
        try:
            yield tries
        finally:
            self._tries = None


@contextmanager
def nobody_answers() -> Iterator[int]:
    """A port of this machine whose queue is full: whoever wants to connect there waits without a word."""
    with socket.socket() as listening, ExitStack() as stack:
        listening.bind(("127.0.0.1", 0))
        listening.listen(0)
        for _ in range(4):
            before = stack.enter_context(socket.socket())
            before.setblocking(False)
            before.connect_ex(listening.getsockname())
        yield listening.getsockname()[1]
