"""Signing in and out for leaders and staff with an address and a password."""

from __future__ import annotations

from flask import Blueprint, Flask, flash, g, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response
from wtforms import PasswordField, StringField

from booking.base.texts import _, lazy
from booking.records import accounts, audit
from booking.records.accounts import Account
from booking.web import access
from booking.web.forms import Form, at_most, needed

signin = Blueprint("signin", __name__)


class SignInForm(Form):
    """Address and password."""

    email = StringField(lazy("E-post"), [needed(lazy("Skriv din e-postadress.")), at_most(200)])
    password = PasswordField(lazy("Lösenord"), [needed(lazy("Skriv ditt lösenord.")), at_most(200)])


def install(app: Flask) -> None:
    """Add the pages."""
    app.register_blueprint(signin)


@signin.route("/logga-in", methods=["GET", "POST"])
def form() -> str | Response | tuple[str, int]:
    """The sign-in page; a right password opens the account's own door."""
    entered = SignInForm()
    if not entered.is_submitted():
        return render_template("signin/form.html", form=entered)
    if entered.validate() and (account := _right(entered)) is not None:
        session.clear()
        session["lang"] = g.lang
        session[access.ACCOUNT] = [account.id, account.session_key]
        return redirect(_next(account), 303)
    return render_template("signin/form.html", form=entered, has_errors=True), 422


def _right(entered: SignInForm) -> Account | None:
    found = accounts.find_by_email(access.db(), entered.email.data or "")
    if accounts.check_password(found, entered.password.data or "", now=access.now()) and found is not None:
        audit.note(access.db(), "signed in", found, now=access.now(), by=found.actor)
        return found
    access.keep_anyway()
    entered.refuse(entered.password, _("Adressen eller lösenordet stämmer inte."))
    return None


def _next(account: Account) -> str:
    wanted = request.args.get("next", "")
    # Browsers drop tabs and line breaks from an address, so "/<tab>/example.com" would be another site.
    if wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and wanted.isprintable():
        return wanted
    if account.is_staff:
        return url_for("staff.overview")
    if account.is_leader:
        return url_for("leaders.today")
    flash(_("Du är inloggad, men kontot har inga egna sidor än."), "info")
    return url_for("root")


@signin.post("/logga-ut")
def sign_out() -> Response:
    """Sign out."""
    session.clear()
    g.account = None
    flash(_("Du är utloggad."), "success")
    return redirect(url_for("signin.form"), 303)
