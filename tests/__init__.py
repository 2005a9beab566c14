"""Tests of the whole product, in the shape of its packages."""
