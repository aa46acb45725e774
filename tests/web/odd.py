"""What no page of ours sends: odd texts, odd bytes, odd shapes; and a hand that sends them exactly as they are."""

from __future__ import annotations

import io
import re
from urllib.parse import quote, unquote_to_bytes, urljoin

from flask.testing import FlaskClient
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from tests.house.sources import python_files
from tests.web.matrix import Rule, Side, Visitor, may

SOME = settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
SCRIPT = "\"'><script>alert(1)</script>"
NAMED = re.compile(r'request\.(?:args|form|values)\.get(?:list)?\(\s*"([\w-]+)"')
RUNS = re.compile(r'(?:href|action|src)="\s*(?:javascript|data):')
SPECIAL = [
    "", " ", "\0", "a\0b", "\r\nSet-Cookie: a=b", "\t//example.com", "/\t/example.com", "//example.com", "../../..",
    "-1", "0", "1", "2", "12", "007", "1e9", "NaN", "inf", "²", "٣", "9" * 19, "9" * 5000, "-" + "9" * 30, "2147483648",
    "abc", "farsta", "yes", "y", "True", "online", "2027-03-02", "0001-01-01", "9999-12-31", "2099-12-31", "2027-02-30",
    "24.00", "17.30", "00:00", "%s %(day)s %", "{{ 7 * 7 }}", "{0.__class__}", SCRIPT, "javascript:alert(1)", "\ud800",
    "\udcff", "\u202egnp.exe", "\ufeff", "\U0001f600", "é" * 3000, "x" * 20_000, "amina@example.org", "0701740605",
]  # fmt: skip

TEXTS = st.sampled_from(SPECIAL) | st.text(st.characters(codec=None), max_size=30)


def names_asked_for() -> list[str]:
    """Every name under which a view looks in an address or a form, read from the code itself."""
    code = [path.read_text(encoding="utf-8") for path in python_files("booking/web/**/*.py")]
    # And those that mean something to the function that makes addresses.
    made = ["_external", "_scheme", "_anchor", "_method", "endpoint", "values", "lang", "code", "token", "self"]
    return sorted({*NAMED.findall("\n".join(code)), "program", "stadsdel", "dag", "lediga", "andra", "fodd", *made})


def visitor_for(rule: Rule) -> Visitor:
    """Somebody whom the rule lets in to what is Farsta's."""
    return next(visitor for visitor in (Visitor.AMINA, Visitor.CARLA, Visitor.GRETA) if may(visitor, rule, Side.FARSTA))


def percent(text: str) -> str:
    """The text as it stands in an address, lone surrogates and all."""
    return quote(text, safe="", errors="surrogatepass")


def pairs(fields: dict[str, list[str]]) -> str:
    """Fields as they stand in an address or in the body of a form."""
    return "&".join(f"{percent(name)}={percent(text)}" for name, texts in fields.items() for text in texts)


def files(fields: dict[str, list[str]]) -> dict[str, list[tuple[io.BytesIO, str]]]:
    """Fields as uploaded files."""
    bodies = {name: [text.encode(errors="surrogatepass") for text in texts] for name, texts in fields.items()}
    return {name: [(io.BytesIO(body), "file.txt") for body in texts] for name, texts in bodies.items()}


def knock(client: FlaskClient, path: str, method: str = "GET", query: bytes = b"", **body: object) -> TestResponse:
    """Send a request whose address is exactly these bytes, as a server hands them on."""
    raw = {"PATH_INFO": unquote_to_bytes(path).decode("latin-1"), "QUERY_STRING": query.decode("latin-1")}
    return client.open("/", method=method, environ_overrides=raw, buffered=True, **body)  # type: ignore[arg-type]


def assert_withstood(answer: TestResponse) -> None:
    """No fault of ours, nothing that runs in the browser, and no way to another site."""
    assert answer.status_code < 500, answer.request.path
    assert "<script>alert" not in answer.text
    assert RUNS.search(answer.text) is None
    led_to = urljoin("http://localhost/here", answer.headers.get("Location", ""))
    assert led_to.startswith("http://localhost/"), led_to
    assert "Set-Cookie: a=b" not in str(answer.headers)
