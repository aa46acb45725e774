"""HTML beside an e-mail's plain text: the same words, made from it, so that the two never differ.

Nothing is fetched and nobody is followed: no pictures, no scripts, and no colours either, so that it is readable in
the dark. Empty lines part paragraphs, lines that begin with "- " are a list, addresses can be pressed.
"""

from __future__ import annotations

import re
from html import escape
from itertools import groupby

from booking.base.texts import direction
from booking.outbox.wording.filling import Made

LINK = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)\]]")
ISOLATE = re.compile("\N{LEFT-TO-RIGHT ISOLATE}(.*?)\N{POP DIRECTIONAL ISOLATE}")
STYLE = "margin:0 auto;padding:1rem;max-width:36rem;font:1rem/1.5 system-ui,sans-serif;overflow-wrap:break-word"
PAGE = """\
<!DOCTYPE html>
<html lang="{language}" dir="{direction}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{subject}</title>
</head>
<body dir="{direction}" style="{style}">
{body}
</body>
</html>
"""


def html(made: Made, language: str) -> str:
    """The whole page for an e-mail in this language."""
    values = {"language": escape(language), "direction": direction(language), "style": STYLE}
    return PAGE.format(subject=escape(made.subject or ""), body=fragment(made.text), **values)


def fragment(text: str) -> str:
    """What stands in the page for a plain text: paragraphs, lists and links, and all else escaped."""
    paragraphs = re.split(r"\n{2,}", text.strip())
    return "\n".join(_paragraph(lines.split("\n")) for lines in paragraphs)


def _paragraph(lines: list[str]) -> str:
    blocks = []
    for is_list, group in groupby(lines, lambda line: line.startswith("- ")):
        if is_list:
            items = "\n".join(f"<li>{_inline(line[2:])}</li>" for line in group)
            blocks.append(f"<ul>\n{items}\n</ul>")
        else:
            joined = "<br>\n".join(_inline(line) for line in group)
            blocks.append(f"<p>{joined}</p>")
    return "\n".join(blocks)


def _inline(line: str) -> str:
    made, at = [], 0
    for found in LINK.finditer(line):
        address = escape(found[0])
        made += [_words(line[at : found.start()]), f'<a href="{address}" dir="ltr">{address}</a>']
        at = found.end()
    return "".join([*made, _words(line[at:])])


def _words(text: str) -> str:
    return ISOLATE.sub(r'<bdi dir="ltr">\1</bdi>', escape(text))
