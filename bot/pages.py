"""The few pages that a chat system's own button must stand on: plain HTML, readable without any script."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

_NOWHERE = "'none'"
_STYLE = (
    "body{margin:0 auto;max-width:32rem;padding:1.5rem 1rem;font:1.25rem/1.6 sans-serif;color:#1c2b33;background:#fff}"
    "h1{font-size:1.6rem;line-height:1.3}a{color:#0a5fa5}button,.button{display:inline-block;min-height:3.5rem;"
    "padding:.6rem 1.6rem;font-size:1.25rem;border:0;border-radius:.6rem;color:#fff;background:#0b6b4f;"
    "text-decoration:none;line-height:2.3rem}"
)


@dataclass(frozen=True, slots=True)
class Page:
    """A page: its title, its body (HTML), the scripts it loads (HTML), and from where scripts and frames may come."""

    title: str
    body: str
    scripts: str = ""
    script_sources: str = ""
    frame_sources: str = ""


def html(page: Page, *, nonce: str) -> str:
    """The page as it is sent."""
    return (
        f'<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>{escape(page.title)}</title>'
        '<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex">'
        f'<style nonce="{nonce}">{_STYLE}</style></head><body><main><h1>{escape(page.title)}</h1>{page.body}</main>'
        f"{page.scripts}</body></html>"
    )


def headers(page: Page, *, nonce: str) -> dict[str, str]:
    """A policy of its own, which lets in what the chat system's button needs and nothing else."""
    policy = (
        f"default-src 'none'; script-src 'nonce-{nonce}' {page.script_sources}; style-src 'nonce-{nonce}';"
        f" img-src 'self' data:; connect-src 'self'; frame-src {page.frame_sources or _NOWHERE};"
        f" form-action {_NOWHERE}; base-uri {_NOWHERE}; frame-ancestors {_NOWHERE}"
    )
    return {"Content-Security-Policy": policy, "Cache-Control": "no-store"}


def paragraph(text: str) -> str:
    """A paragraph of plain words."""
    return f"<p>{escape(text)}</p>"
