"""Why a command stops: the message is one line for whoever typed it, the code is what the shell hears."""

from __future__ import annotations


class Stops(Exception):
    """The command cannot go on."""

    code = 1


class NotReady(Stops):
    """Something must be done first; the message says what."""


class WrongUse(Stops):
    """What was typed, or a setting, makes no sense."""

    code = 2
