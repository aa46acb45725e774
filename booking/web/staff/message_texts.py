"""The texts of messages: what each says in each language, with the values of a real group, and writing another.

The whole city writes the same, so the pages are the centre's. No family stands in them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from flask import abort, flash, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response
from wtforms import HiddenField, StringField, TextAreaField

from booking.base import texts as languages
from booking.base.clock import today
from booking.base.texts import _, lazy
from booking.catalogue import groups, programmes
from booking.catalogue.groups import Group
from booking.course.letters import examples
from booking.outbox import kinds, wording
from booking.outbox.letters import Letter
from booking.outbox.wording import Words, checking, counting, edited, fields, markup, templates
from booking.people.writing import Sender
from booking.records.accounts import Account
from booking.web import access
from booking.web.forms import Form, at_most
from booking.web.staff import asking, door

CHANNELS = {"sms": lazy("sms"), "email": lazy("mejl")}
PREVIEW = "preview"
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
"""Signs for machines, that nobody sees; of the two that end a line the newline stays."""
OF_THEIR_OWN = {
    "discreet": lazy("Diskret meddelande, i stället för alla andra"),
    "placed_now": lazy("Plats bekräftad, utan erbjudande"),
}


class TextForm(Form):
    """A text as staff write it; `seen` is the version that it was written after."""

    subject = StringField(lazy("Ämnesrad"), [at_most(200)], filters=[lambda text: CONTROL.sub("", text or "").strip()])
    text = TextAreaField(lazy("Text"), [at_most(8000)], filters=[lambda text: CONTROL.sub("", text or "").strip()])
    reason = TextAreaField(lazy("Varför ändrar du?"), [at_most(300)], filters=[lambda text: (text or "").strip()])
    seen = HiddenField(default="0")


@dataclass(frozen=True, slots=True)
class Preview:
    """A text as it would be sent in one language, and how many SMS it takes."""

    language: str
    letter: Letter
    parts: counting.Parts | None
    is_edited: bool

    @property
    def html(self) -> Markup:
        """The text as an e-mail shows it."""
        return Markup(markup.fragment(self.letter.text))  # noqa: S704  Made by us, with everything in it escaped.

    @property
    def is_long(self) -> bool:
        """True when it takes more SMS than a text in its language should."""
        return self.parts is not None and self.parts.parts > checking.good_parts(self.language)

    @property
    def wide(self) -> str:
        """The characters that make an SMS long, where the language does not need them; an e-mail has room for all."""
        needless = self.parts is not None and languages.direction(self.language) == "ltr"
        return " ".join(counting.wide(self.letter.text)) if needless else ""


@door.get("/texter")
@access.for_central
def texts() -> str:
    """Every text there is, and which of them are not the default."""
    return render_template(
        "staff/texts.html",
        kinds={kind: label_of(kind) for kind in sorted(templates.kinds(), key=_order)},
        channels=templates.kinds(),
        names=CHANNELS,
        changed=edited.changed(access.db()),
    )


@door.route("/texter/<kind>/<channel>/<written>", methods=["GET", "POST"])
@access.for_central
def text(kind: str, channel: str, written: str) -> str | Response | tuple[str, int]:
    """One text in one language: what it says, what it may say, and another in its place."""
    _must_exist(kind, channel, written)
    form, last = TextForm(), edited.newest(access.db(), kind, channel, written)
    used = last.words if last else None
    if not form.is_submitted():
        _fill(form, last, used or _default(kind, channel, written))
        return _page(form, kind, channel, written, used)
    if not form.sent_and_valid():
        return _page(form, kind, channel, written, used), 422
    words = _words(form, channel)
    try:
        _check(kind, channel, written, words)
        if request.form.get("do") == PREVIEW:
            return _page(form, kind, channel, written, words, shown=True)
        if not form.reason.data:
            raise edited.Refused(_("Skriv varför. Det räcker med några ord."), code="reason")
        _save(form, kind, channel, written, words)
    except edited.Refused as refusal:
        form.refuse(getattr(form, refusal.code), refusal.sentence)
        return _page(form, kind, channel, written, used), 422
    flash(_("Texten är sparad och används från och med nu."), "success")
    return redirect(url_for("staff.text", kind=kind, channel=channel, written=written), 303)


@door.route("/texter/<kind>/<channel>/<written>/tillbaka/<int:version>", methods=["GET", "POST"])
@access.for_central
def text_back(kind: str, channel: str, written: str, version: int) -> str | Response | tuple[str, int]:
    """Use an earlier version again, or the default: version 0."""
    _must_exist(kind, channel, written)
    key = access.db(), kind, channel, written
    words = edited.get_version(*key, version).words if version else None
    form, back = asking.ReasonForm(), url_for("staff.text", kind=kind, channel=channel, written=written)
    last = edited.newest(*key)
    if form.sent_and_valid():
        who, now, after = access.account().actor, access.now(), last.version if last else 0
        try:
            if words is not None:
                _check(kind, channel, written, words)
            edited.save(*key, words, after=after, now=now, by=who, reason=form.reason.data or "")
            flash(_("Texten är bytt och används från och med nu."), "success")
        except edited.Refused as refusal:
            flash(refusal.sentence, "warning")
        return redirect(back, 303)
    title = _("Tillbaka till version %(number)s", number=version) if version else _("Tillbaka till standardtexten")
    lines = [fields.shown(line) for line in _lines(words or _default(kind, channel, written))]
    return asking.page(form, title=title, lines=lines, button=_("Använd den här"), back=back, here="messages")


def label_of(kind: str) -> str:
    """A kind of text in words; of two that are called the same, which is which."""
    return str(OF_THEIR_OWN[kind]) if kind in OF_THEIR_OWN else kinds.label(kind)


def _order(kind: str) -> tuple[int, str]:
    known = list(kinds.KINDS)
    return known.index(kind) if kind in known else len(known), kind


def _must_exist(kind: str, channel: str, written: str) -> None:
    if channel not in templates.kinds().get(kind, ()) or written not in languages.WRITTEN:
        abort(404)


def _default(kind: str, channel: str, written: str) -> Words:
    sections = templates.outline(kind, channel, written)
    return Words(wording.one_line(sections[0])) if channel == "sms" else Words(sections[2], sections[0])


def _lines(words: Words) -> list[str]:
    return [line for line in ((words.subject or ""), *words.text.splitlines()) if line.strip()]


def _words(form: TextForm, channel: str) -> Words:
    text = fields.named((form.text.data or "").replace("\r\n", "\n"))
    return Words(text) if channel == "sms" else Words(text, fields.named(wording.one_line(form.subject.data or "")))


def _fill(form: TextForm, last: edited.MessageText | None, words: Words) -> None:
    form.text.data, form.subject.data = fields.shown(words.text), fields.shown(words.subject or "")
    form.seen.data = str(last.version if last else 0)


def _save(form: TextForm, kind: str, channel: str, written: str, words: Words) -> None:
    seen = form.seen.data or ""
    after = int(seen) if seen.isascii() and seen.isdecimal() and len(seen) < 9 else -1
    who, now, reason = access.account().actor, access.now(), form.reason.data or ""
    if words == _default(kind, channel, written):
        raise edited.Refused(_("Det är ingen skillnad mot standardtexten."), code="text")
    edited.save(access.db(), kind, channel, written, words, after=after, now=now, by=who, reason=reason)


def _check(kind: str, channel: str, written: str, words: Words) -> None:
    names, scene = [each.name for each in programmes.list_active(access.db())], _scene(_coming())
    # A text that cannot be filled is refused for that, before anybody asks how long it becomes.
    checking.check(kind, channel, words, programmes=names)
    if scene is not None:
        example = examples.letter(kind, channel, written, scene, words).text
        checking.check(kind, channel, words, programmes=names, language=written, example=example)


def _coming() -> list[Group]:
    return groups.list_coming(access.db(), today=today(access.now()))[:100]


def _scene(coming: list[Group]) -> examples.Scene | None:
    asked = request.args.get("grupp")
    group = next((each for each in coming if each.code == asked), coming[0] if coming else None)
    settings = access.services().settings
    answerable = settings.sms_answerable or settings.demo
    sender = Sender(settings.base_url, settings.city, settings.phone, answerable=answerable)
    found = examples.scene(access.db(), sender, group, now=access.now()) if group else None
    return found if found is not None and found.meetings else None


def _previews(kind: str, channel: str, written: str, words: Words | None, scene: examples.Scene) -> list[Preview]:
    made = []
    for language in sorted(languages.WRITTEN, key=lambda code: code != written):
        theirs = words if language == written else edited.words_for(access.db(), kind, channel, language)
        letter = examples.letter(kind, channel, language, scene, theirs)
        parts = wording.parts(letter.text) if channel == "sms" else None
        made.append(Preview(language, letter, parts, theirs is not None))
    return made


def _page(form: TextForm, kind: str, channel: str, written: str, words: Words | None, *, shown: bool = False) -> str:
    coming, names = _coming(), fields.names_for(kind, channel)
    versions = edited.list_versions(access.db(), kind, channel, written)
    scene = _scene(coming)
    return render_template(
        "staff/text.html",
        form=form,
        kind=kind,
        channel=channel,
        written=written,
        title=label_of(kind),
        names={name: fields.FIELDS[name] for name in sorted(names.text | names.subject) if name in fields.FIELDS},
        channel_names=CHANNELS,
        channels=templates.kinds()[kind],
        around=templates.outline(kind, channel, written),
        shown_as=fields.shown,
        needed=names.needed,
        coming=coming,
        scene=scene,
        previews=_previews(kind, channel, written, words, scene) if scene else [],
        versions=versions,
        writers={each.made_by: access.db().get_one(Account, each.made_by).name for each in versions},
        previewing=shown,
        has_errors=bool(form.errors),
    )
