"""Takes the README's screenshots from a fresh demo: ``python docs/screenshots/take.py`` (needs Chromium)."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
ASKED = "老人津贴多少"


@contextmanager
def demo() -> Iterator[str]:
    """A demo of its own in a temporary folder; gives its address."""
    with tempfile.TemporaryDirectory() as folder:
        settings = {"MULIN_DATA_DIR": folder, "MULIN_DATABASE_URL": f"sqlite://{folder}/mulin.db"}
        program = [sys.executable, "-m", "app", "run", "--port", "0"]
        service = subprocess.Popen(program, cwd=ROOT, env=os.environ | settings, stdout=subprocess.PIPE, text=True)
        try:
            assert service.stdout is not None
            yield next(found[0] for line in service.stdout if (found := re.search(r"http://\S+", line)))
        finally:
            service.terminate()
            service.wait()


def take(browser: Browser, address: str) -> None:
    """The chat after one question, on a phone and on a desk."""
    for name, width, height in (("chat", 390, 844), ("chat-wide", 1280, 800)):
        page = browser.new_page(viewport={"width": width, "height": height}, locale="zh-CN")
        page.goto(address)
        page.fill("#ask", ASKED)
        page.keyboard.press("Enter")
        page.wait_for_url("**/chat")
        page.screenshot(path=HERE / f"{name}.png")


def main() -> None:
    """Start, look, stop."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    with demo() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        take(browser, address)
        browser.close()


if __name__ == "__main__":
    main()
