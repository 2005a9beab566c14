"""Tests of forum.notices."""
