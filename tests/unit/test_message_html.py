"""HTML beside an e-mail's plain text."""

from __future__ import annotations

import re
from html import unescape

import pytest

from booking.base import texts
from booking.course.letters import examples
from booking.outbox.wording import templates
from booking.outbox.wording.filling import Made
from booking.outbox.wording.markup import fragment, html
from tests.unit.catalogues import committed
from tests.unit.message_scenes import USUAL


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hej!\n\nVi ses.", "<p>Hej!</p>\n<p>Vi ses.</p>"),
        (
            "Datum:\n- i dag\n- i morgon\nVälkomna",
            "<p>Datum:</p>\n<ul>\n<li>i dag</li>\n<li>i morgon</li>\n</ul>\n<p>Välkomna</p>",
        ),
        ("Se https://a.se/m/x.", '<p>Se <a href="https://a.se/m/x" dir="ltr">https://a.se/m/x</a>.</p>'),
        ('<b>"fet"</b> & mager', "<p>&lt;b&gt;&quot;fet&quot;&lt;/b&gt; &amp; mager</p>"),
        ('https://a.se/"onclick="x', '<p><a href="https://a.se/" dir="ltr">https://a.se/</a>&quot;onclick=&quot;x</p>'),
        ("\u2066<i>\u2069", '<p><bdi dir="ltr">&lt;i&gt;</bdi></p>'),
        ("javascript:alert(1)", "<p>javascript:alert(1)</p>"),
    ],
)
def test_plain_text_becomes_paragraphs_lists_and_links_and_nothing_else(text: str, expected: str) -> None:
    assert fragment(text) == expected


@pytest.mark.parametrize(("language", "direction"), [("sv", "ltr"), ("so", "ltr"), ("ar", "rtl")])
def test_a_page_says_its_language_and_which_way_it_is_read(language: str, direction: str) -> None:
    assert f'<html lang="{language}" dir="{direction}">' in html(Made("Hej", "Ämne"), language)


def test_a_subject_cannot_become_a_tag() -> None:
    assert "<title>&lt;script&gt;</title>" in html(Made("Hej", "<script>"), "sv")


@pytest.mark.parametrize("kind", sorted(kind for kind, channels in templates.kinds().items() if "email" in channels))
def test_html_and_plain_text_say_the_same_words_and_nothing_is_fetched(kind: str) -> None:
    with committed():
        for language in texts.WRITTEN:
            letter = examples.letter(kind, "email", language, USUAL)
            assert letter.html is not None
            body = unescape(re.sub(r"<[^>]+>", " ", letter.html.partition("<body")[2].partition(">")[2]))
            plain = re.sub(r"(?m)^- |[\u2066\u2069]", "", letter.text)
            assert "".join(body.split()) == "".join(plain.split())
            assert not re.search(r"<(?!/?(html|head|meta|title|body|p|br|ul|li|a|bdi)\b|!DOCTYPE)", letter.html)
            assert re.findall(r'(?:src|href)="([^"]+)"', letter.html) == re.findall(r"https?://\S+", letter.text)
