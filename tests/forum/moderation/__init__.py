"""Tests of forum.moderation."""
