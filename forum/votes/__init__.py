"""Votes of a neighbourhood: opened over a frozen roll, cast once each, secret and checkable, counted in the open."""
