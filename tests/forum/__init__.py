"""Tests of forum."""
