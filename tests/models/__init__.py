"""Tests of the nouns, their schema and the one place that opens transactions."""
