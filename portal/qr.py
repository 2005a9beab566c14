"""QR codes drawn here, so that what they say goes nowhere else (ISO/IEC 18004, error correction M)."""

from __future__ import annotations

import segno
from markupsafe import Markup


def svg_of(text: str, *, label: str = "") -> Markup:
    """An SVG element without a size of its own: the page's style sheet gives it one."""
    drawn = segno.make(text, error="m", micro=False).svg_inline(omitsize=True, border=4, svgclass="qr", lineclass=None)
    return Markup(drawn.replace("<svg ", f'<svg role="img" aria-label="{Markup.escape(label)}" ', 1))  # noqa: S704
