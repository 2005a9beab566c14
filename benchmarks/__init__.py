"""Measurements behind the README's figures; each file is one claim, side by side in one run."""
