"""What protects the pages: headers on every answer, forged requests refused, haste slowed down."""

from __future__ import annotations

import hashlib
import ipaddress
import re
from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

from flask import Flask, Response, abort, request
from flask_limiter import Limiter
from flask_wtf.csrf import CSRFProtect

from jobboard.addresses import address_key
from jobboard.logins import SESSION_DAYS
from jobboard.settings import Settings

# Data blocks (JSON-LD) are no scripts to this policy: nothing here is ever executed.
POLICY = {
    "default-src": "'none'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
}
# Pages about one person: never kept by a browser or a proxy.
PRIVATE = frozenset(
    {
        "agenda_desk",
        "my_agenda",
        "deposer",
        "equipe_offres",
        "recruteur_offres",
        "signaler",
        "moi",
        "chasse",
        "propositions",
        "moi_profil",
        "alertes",
        "pieces",
        "recruteur",
        "equipe",
        "equipe_lettres",
        "equipe_envois",
        "equipe_articles",
        "preferences",
        "connexion",
        "inscription",
        "lettre",
        "desabonnement",
        "dev",
        "dev_mails",
    }
)
YEAR = 365 * 24 * 3600

_csrf = CSRFProtect()
V = TypeVar("V", bound=Callable[..., object])


def without_session(view: V) -> V:
    """Mark a view that acts on what is posted to it, not for who is signed in: it needs no token against forgery."""
    _csrf.exempt(view)
    return view


def client_address() -> str:
    """Return the address that asks; a proxy on this machine is believed about the last one that it names."""
    peer = request.remote_addr or ""
    forwarded = request.headers.getlist("X-Forwarded-For")
    if forwarded and is_loopback(peer):
        return forwarded[-1].rpartition(",")[2].strip()
    return peer


def is_loopback(address: str) -> bool:
    """Tell whether an address is this machine's own."""
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


_ROBOT = re.compile(
    r"bot|crawl|spider|slurp|preview|monitor|curl|wget|python|scan|fetch|http-client|headless", re.IGNORECASE
)


def is_robot() -> bool:
    """Tell whether a program says that it is one: what it reads is read by nobody."""
    agent = request.headers.get("User-Agent", "")
    return not agent or _ROBOT.search(agent) is not None or request.headers.get("Sec-Purpose") == "prefetch"


def typed_address() -> str:
    """Return a name for the mail address in this form, for limits that hold whoever sends it; never the address."""
    typed = address_key(request.form.get("adresse", ""))
    return hashlib.sha256(typed.encode()).hexdigest()[:32]


# Counted in this process: with several, each counts by itself, and the limits below stay a protection, not a quota.
limiter = Limiter(client_address, storage_uri="memory://", strategy="moving-window")
# A workshop shares one address of the network.
by_client = limiter.shared_limit("120 per hour; 30 per minute", scope="forms", methods=["POST"])
# Only what may have sent a mail counts: correcting one's own form does not.
by_address = limiter.shared_limit(
    "10 per day; 4 per hour",
    scope="typed-address",
    key_func=typed_address,
    methods=["POST"],
    deduct_when=lambda answer: answer.status_code == 200,
)


def policy(**changed: str) -> str:
    """Return the content security policy with some directives changed ("frame_src" for frame-src)."""
    given = POLICY | {name.replace("_", "-"): value for name, value in changed.items()}
    return "; ".join(f"{name} {value}" for name, value in given.items())


def set_up(app: Flask, settings: Settings) -> None:
    """Protect every page of the application."""
    https = settings.base_url.startswith("https:")
    first, *older = settings.keys("web-sessions")
    app.config.update(
        SECRET_KEY=first,
        SECRET_KEY_FALLBACKS=older or None,
        SESSION_COOKIE_NAME="__Host-session" if https else "session",
        SESSION_COOKIE_SECURE=https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_REFRESH_EACH_REQUEST=False,
        PERMANENT_SESSION_LIFETIME=timedelta(days=SESSION_DAYS),
        MAX_CONTENT_LENGTH=1024 * 1024,
        SEND_FILE_MAX_AGE_DEFAULT=YEAR,
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session: a page left open for a day still works
        WTF_CSRF_SSL_STRICT=False,  # compares Host headers, which we do not trust; see _refuse_other_sites
    )
    app.before_request(_refuse_other_sites)
    _csrf.init_app(app)
    limiter.init_app(app)
    fixed = {
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), browsing-topics=()",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        **({"Strict-Transport-Security": f"max-age={YEAR}"} if https else {}),
    }

    def add_headers(answer: Response) -> Response:
        for name, value in fixed.items():
            answer.headers.setdefault(name, value)
        answer.headers.setdefault("Content-Security-Policy", policy())
        if request.blueprint in PRIVATE:
            answer.headers["Cache-Control"] = "no-store"
            answer.headers["X-Robots-Tag"] = "noindex"
        elif request.endpoint != "static":
            answer.headers.setdefault("Cache-Control", "no-cache")
        return answer

    app.after_request(add_headers)


# Whoever unsubscribes a reader for her (RFC 8058) is no page of ours.
FROM_ANYWHERE = frozenset({"desabonnement.act"})


def _refuse_other_sites() -> None:
    """Refuse what a page of another site sends in a visitor's name; browsers say so, machines say nothing."""
    asks_to_change = request.method not in ("GET", "HEAD", "OPTIONS")
    if not asks_to_change or request.endpoint in FROM_ANYWHERE:
        return
    if request.headers.get("Sec-Fetch-Site", "none") not in ("same-origin", "none"):
        abort(400)
