"""Texts that staff have written instead of the default ones: versions of one text, of which the last is used.

A text is a kind, a channel and a language. Nothing is ever changed or thrown away: going back to an earlier version,
or to the default, is a version too. Staff's own words are kept with the names of the template in braces.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Select, String, UniqueConstraint, and_, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session

from booking.base.db import Base, identity, personal, plain
from booking.base.errors import NotFound
from booking.base.errors import Refused as _Refused
from booking.base.secrecy import EncryptedText
from booking.base.texts import _
from booking.outbox.wording.filling import Words
from booking.records.audit import Actor, note


class MessageText(Base):
    """One version of a text. Without `text` it is the default again; `subject` is None for an SMS."""

    __tablename__ = "message_texts"
    __table_args__ = (UniqueConstraint("kind", "channel", "language", "version"), {"sqlite_autoincrement": True})

    id: Mapped[int] = identity()
    kind: Mapped[str] = plain(String(30))
    channel: Mapped[str] = plain(String(8))
    language: Mapped[str] = plain(String(8))
    version: Mapped[int] = plain()
    subject: Mapped[str | None] = plain(String(200))
    text: Mapped[str | None] = plain(String(8000))
    reason: Mapped[str] = personal(EncryptedText)
    made_by: Mapped[int] = plain(ForeignKey("accounts.id"))
    made_at: Mapped[datetime] = plain()

    @property
    def words(self) -> Words | None:
        """What staff wrote; None for the default."""
        return None if self.text is None else Words(self.text, self.subject)


class Refused(_Refused):
    """The text is not used; `code` names the field that the sentence is about."""


def newest(db: Session, kind: str, channel: str, language: str) -> MessageText | None:
    """The last version of a text; None when nobody has ever written one."""
    query = _of(kind, channel, language).order_by(MessageText.version.desc())
    return db.scalars(query.limit(1)).first()


def words_for(db: Session, kind: str, channel: str, language: str) -> Words | None:
    """What is used instead of the default; None when nothing is."""
    found = newest(db, kind, channel, language)
    return None if found is None else found.words


def list_versions(db: Session, kind: str, channel: str, language: str) -> list[MessageText]:
    """Every version of a text, the last one first."""
    return list(db.scalars(_of(kind, channel, language).order_by(MessageText.version.desc())))


def get_version(db: Session, kind: str, channel: str, language: str, version: int) -> MessageText:
    """That version of a text. Raises NotFound."""
    found = db.scalars(_of(kind, channel, language).where(MessageText.version == version)).first()
    if found is None:
        raise NotFound
    return found


def changed(db: Session) -> dict[tuple[str, str, str], MessageText]:
    """The last version of every text that is not the default today, by kind, channel and language."""
    key = MessageText.kind, MessageText.channel, MessageText.language
    last = select(*key, func.max(MessageText.version).label("version")).group_by(*key).subquery()
    same = [getattr(last.c, column.key) == column for column in (*key, MessageText.version)]
    found = db.scalars(select(MessageText).join(last, and_(*same)).where(MessageText.text.is_not(None)))
    return {(each.kind, each.channel, each.language): each for each in found}


def save(
    db: Session,
    kind: str,
    channel: str,
    language: str,
    words: Words | None,
    *,
    after: int,
    now: datetime,
    by: Actor,
    reason: str,
) -> MessageText:
    """Use these words from now on, or the default for None; `after` is the version that was seen, 0 for none.

    Whether the words may be used is asked before, in `checking`. Refuses when somebody else was quicker.
    """
    found = newest(db, kind, channel, language)
    late = Refused(_("Någon annan ändrade texten nyss. Läs den först, och skriv sedan din."), code="text")
    if after != (found.version if found else 0):
        raise late
    if words == (found.words if found else None):
        raise Refused(_("Det är ingen skillnad mot texten som används nu."), code="text")
    version = MessageText(kind=kind, channel=channel, language=language, version=after + 1, reason=reason, made_at=now)
    version.subject, version.text = (words.subject, words.text) if words else (None, None)
    version.made_by = by.id or 0
    try:
        with db.begin_nested():
            db.add(version)
            db.flush()
    except IntegrityError:
        raise late from None
    note(db, "text changed", version, now=now, by=by, reason=reason)
    return version


def _of(kind: str, channel: str, language: str) -> Select[MessageText]:
    mine = MessageText.kind == kind, MessageText.channel == channel, MessageText.language == language
    return select(MessageText).where(*mine)
