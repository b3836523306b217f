"""From a template to an answer: where templates are, what they all know, and how a page is made of one."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import cast

from flask import Flask, Response, redirect, render_template, session
from jinja2 import StrictUndefined, pass_context
from jinja2.runtime import Context

from jobboard.addresses import Alias
from webapp import typesetting
from webapp.house import House
from webapp.language import catalogue, language

STATIC = Path(__file__).parent / "static"
SIGNED_IN = "token"  # the key of the browser's session under which the token of ours is kept


def templates_dir() -> Path:
    """Return the folder of web templates: in the package once installed, beside it in a repository."""
    installed = Path(__file__).parent / "templates"
    return installed if installed.is_dir() else Path(__file__).parents[1] / "templates" / "web"


def set_up(app: Flask, house: House) -> None:
    """Give the templates of the application their filters, their words, and what the layout shows."""
    environment = app.jinja_env
    environment.undefined = StrictUndefined
    environment.finalize = _refuse_none
    environment.trim_blocks = environment.lstrip_blocks = True
    environment.add_extension("jinja2.ext.i18n")
    environment.policies["ext.i18n.trimmed"] = True
    environment.install_gettext_callables(  # type: ignore[attr-defined]  # added by the extension
        lambda message: catalogue().gettext(message),
        lambda one, many, count: catalogue().ngettext(one, many, count),
        newstyle=True,
    )
    environment.globals["ngettext"] = _with_thousands_apart(cast("Callable[..., str]", environment.globals["ngettext"]))
    environment.filters.update(typesetting.FILTERS)
    settings = house.settings
    sheet = hashlib.sha256((STATIC / "site.css").read_bytes()).hexdigest()[:12]
    app.context_processor(
        lambda: {
            "site_name": settings.site_name,
            "base_url": settings.base_url,
            "development": settings.development,
            "language": language(),
            "stylesheet": f"/static/site.css?v={sheet}",
            "mail_to": {str(alias).replace("-", "_"): house.addresses.alias(alias) for alias in Alias},
            "signed_in": SIGNED_IN in session,
        }
    )


def _with_thousands_apart(counting: Callable[..., str]) -> Callable[..., str]:
    """Return Jinja's `ngettext` that says 24 000 where it would say 24000."""

    @pass_context
    def ngettext(context: Context, one: str, many: str, count: int, **values: object) -> str:
        return counting(context, one, many, count, **{"num": typesetting.number(count), **values})

    return ngettext


def render(template: str, status: int = 200, **context: object) -> Response:
    """Return the page that the template makes, with the typography of its language."""
    page = typesetting.finish(render_template(template, **context))
    answer = Response(page, status, content_type="text/html; charset=utf-8")
    answer.vary.add("Accept-Language")
    return answer


def see_other(path: str) -> Response:
    """Return the answer that sends the browser to look at another page of ours after a POST (RFC 9110 15.4.4)."""
    answer = redirect(path, 303)
    assert isinstance(answer, Response)
    return answer


def _refuse_none(value: object) -> object:
    """Return the value; nobody shall read "None" on a page."""
    if value is None:
        raise ValueError("a template prints a value that is None: ask for it with if")
    return value
