"""Tests of mediation and of rooms."""
