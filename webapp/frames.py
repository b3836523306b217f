"""A mail inside a page: in a frame that can do nothing but open links beside itself."""

from __future__ import annotations

from flask import Response

from webapp.security import policy

FRAMED = policy(
    default_src="'none'",
    style_src="'unsafe-inline'",
    img_src="data:",
    frame_ancestors="'self'",
    base_uri="'self'",
    sandbox="allow-popups allow-popups-to-escape-sandbox",
)
FRAMING = policy(frame_src="'self'")


def framed(found: str) -> Response:
    """Return HTML of a mail as a document that can do nothing."""
    answer = Response(found, content_type="text/html; charset=utf-8")
    answer.headers["Content-Security-Policy"] = FRAMED
    return answer
