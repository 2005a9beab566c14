"""``python -m app``."""

from __future__ import annotations

import gc
import sys

gc.disable()  # What is loaded stays: looking through it for garbage again and again takes a quarter of the start.
try:
    from app.cli import main
except ModuleNotFoundError as missing:
    sys.exit(f"{missing.name} is not installed here: run make setup, then .venv/bin/python -m app")

sys.exit(main(sys.argv[1:]))
