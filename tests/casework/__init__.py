"""Tests of what the committee does for residents."""
