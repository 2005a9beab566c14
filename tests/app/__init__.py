"""Tests of what puts the parts together and of the command line."""
