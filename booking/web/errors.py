"""Every way a request can fail ends here, in a page with one plain sentence and one way forward."""

from __future__ import annotations

import structlog
from flask import Flask, Response, current_app, make_response, render_template, request, url_for
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from booking.base.errors import NotFound, Refused

log = structlog.get_logger()
PAGES = frozenset({403, 410, 413, 429})
HOMES = {"staff": "staff.overview", "leaders": "leaders.today"}
"""Where they go on whose doors these are; all others go on at the parents' start."""


def install(app: Flask) -> None:
    """Answer every kind of failure."""
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(NotFound, lambda _missing: (render_template("errors/404.html", **_way()), 404))
    app.register_error_handler(IntegrityError, _somebody_was_first)
    app.register_error_handler(StaleDataError, _somebody_was_first)
    app.register_error_handler(CSRFError, lambda _stale: (render_template("errors/400.html"), 400))
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unforeseen)


def _way() -> dict[str, str]:
    home = HOMES.get(request.blueprint or "")
    return {"way_url": url_for(home)} if home else {}


def _refused(refusal: Refused) -> tuple[str, int]:
    return render_template("errors/409.html", reason=refusal.sentence, **_way()), 409


def _somebody_was_first(error: IntegrityError | StaleDataError) -> tuple[str, int]:
    # The database's own rules, or a row's version, had the last word: two asked at once and the other was first. The
    # text of the error may hold personal data, so only its kind is logged.
    kind = type(error.orig if isinstance(error, IntegrityError) else error).__name__
    log.warning("refused by the database", endpoint=request.endpoint, kind=kind)
    return render_template("errors/409.html", **_way()), 409


def _http(error: HTTPException) -> tuple[str, int] | Response | HTTPException:
    code = error.code or 500
    if isinstance(error, RequestEntityTooLarge):
        # The form was not read, so nothing in it may be asked for while the page is made.
        return make_response(render_template("errors/413.html"), 413)
    if code in PAGES:
        return render_template(f"errors/{code}.html"), code
    if code in {404, 405}:
        return render_template("errors/404.html", **_way()), code
    if 400 <= code < 500:
        return render_template("errors/400.html", expired=False), code
    return error if code < 400 else _unforeseen(error)


def _unforeseen(error: Exception) -> Response:
    # Only the kind and the place: the message of an exception may hold what somebody typed.
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else ""
    log.error("unforeseen", endpoint=request.endpoint, kind=type(error).__name__, where=where)
    # Rendered past the context processors, since any of them may be what broke.
    return make_response(current_app.jinja_env.get_template("errors/500.html").render(), 500)
