"""The web application: one request, one unit of work.

A safe request (GET, HEAD, OPTIONS) is served from `reading()`, in which the database refuses writes. Any other is
served from one `transaction()`: an answer below 400 keeps what it changed, a page that says no undoes it (but for a
count of wrong tries, see `access.keep_anyway`).
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, g, request, session
from flask_wtf.csrf import CSRFProtect
from sqlalchemy.orm import Session
from werkzeug.middleware.proxy_fix import ProxyFix

from booking.base import texts
from booking.base.migrating import folder
from booking.web import access

if TYPE_CHECKING:
    from booking.services import Services

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
LARGEST_POST = 2 * 1024 * 1024
DATABASE_FREE = frozenset({"static", "health.alive"})


class Site(Flask):
    """A Flask application whose views find their database session in `g.db` and the time in `g.now`."""

    services: Services

    def dispatch_request(self) -> Any:
        """Serve the request inside its unit of work."""
        if request.endpoint in DATABASE_FREE or request.url_rule is None:
            return super().dispatch_request()
        g.now = self.services.clock()
        with self._unit() as db:
            g.db = db
            try:
                response = self.make_response(super().dispatch_request())
            finally:
                g.pop("db", None)
            if response.status_code >= 400 and not g.get("keep", False):
                db.rollback()
        return response

    def _unit(self) -> AbstractContextManager[Session]:
        database = self.services.database
        return database.reading() if request.method in SAFE else database.transaction()


def build(services: Services) -> Site:
    """Put the web application together."""
    from booking.web import demo, doors, errors, headers, health, limits, readable, receipts, signin

    app = Site("booking", template_folder=str(folder("templates")), static_folder=str(folder("static")))
    app.services = services
    _configure(app)
    CSRFProtect(app)
    parts = (readable, health, errors, headers, limits, signin, doors, receipts)
    for part in (*parts, *([demo] if services.settings.demo else [])):
        part.install(app)
    return app


def _configure(app: Site) -> None:
    settings = app.services.settings
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SESSION_COOKIE_NAME="likaplats",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.secure,
        MAX_CONTENT_LENGTH=LARGEST_POST,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
        SEND_FILE_MAX_AGE_DEFAULT=3600,
    )
    if settings.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies)  # type: ignore[method-assign]
    app.before_request(_choose_language)
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(texts._, texts.ngettext, newstyle=False)  # type: ignore[attr-defined]
    app.jinja_env.globals.update(_=texts._, ngettext=texts.ngettext, texts=texts)
    app.context_processor(_for_every_page)
    app.after_request(_language_header)


def _choose_language() -> None:
    # A page that does not exist has no arguments, but its address still says which language was read.
    chosen = (request.view_args or {}).pop("lang", None) or request.path[1:].split("/", 1)[0]
    if chosen in texts.LANGUAGES:
        if session.get("lang", texts.DEFAULT) != chosen:
            session["lang"] = chosen
        g.lang = chosen
    else:  # Sign-in, the desk and the like are in the language that was read last.
        remembered = session.get("lang")
        g.lang = remembered if remembered in texts.LANGUAGES else texts.DEFAULT
    texts.speak(g.lang)


def _language_header(response: Response) -> Response:
    response.headers["Content-Language"] = g.get("lang", texts.DEFAULT)
    return response


def _for_every_page() -> dict[str, Any]:
    services = access.services()
    return {
        "city": services.settings.city,
        "phone": services.settings.phone,
        "demo": services.settings.demo,
        "demo_now": texts.full_time(g.now) if "now" in g else None,
        "direction": texts.direction(g.get("lang", texts.DEFAULT)),
        "languages": access.this_page_in_other_languages(),
        "current_account": access.account_or_none(),
    }
