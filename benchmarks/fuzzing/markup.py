"""What a browser, a feed reader or a script gets of an answer: well made, and nothing in it that runs.

The primary entrypoint is `judge`, which raises Finding.
"""

import json
import re
from typing import Any
from xml.etree import ElementTree

from lxml import html

from benchmarks.fuzzing.running import Finding

FORBIDDEN_TAGS = frozenset(
    [
        "applet",
        "audio",
        "base",
        "embed",
        "foreignobject",
        "frame",
        "frameset",
        "iframe",
        "marquee",
        "math",
        "noembed",
        "object",
        "param",
        "picture",
        "plaintext",
        "portal",
        "source",
        "style",
        "template",
        "track",
        "video",
        "xmp",
        "animate",
        "set",
    ]
)
LEADING = frozenset(
    [
        "action",
        "background",
        "cite",
        "data",
        "formaction",
        "href",
        "manifest",
        "ping",
        "poster",
        "src",
        "srcdoc",
        "srcset",
        "xlink:href",
    ]
)
_SAFE = re.compile(r"(?:https?://|mailto:|[/?#.]|$|[^:/?#]*(?:[/?#]|$))", re.IGNORECASE)
_BLANKS = re.compile(r"[\x00-\x20]+")
_LOADED = (("script", "src"), ("link", "href"), ("img", "src"), ("form", "action"))
MOST_BYTES = 2 << 20


def judge(kind: str, body: bytes) -> None:
    """See that a body of this media type is what it says, and that nothing in it would run or load.

    Raises Finding.
    """
    if len(body) > MOST_BYTES:
        raise Finding(f"{len(body)} bytes of {kind}")
    if kind == "text/html":
        judge_page(body)
    elif kind.endswith("xml"):
        _judge_xml(body)
    elif kind.endswith("json"):
        _judge_json(body.decode())


def judge_page(body: bytes) -> None:
    """See that a page has no markup but its own. Raises Finding."""
    tree = html.document_fromstring(body.decode(), parser=html.HTMLParser(encoding="utf-8", huge_tree=False))
    for element in tree.iter():
        if not isinstance(element.tag, str):
            continue
        tag = element.tag.rpartition("}")[2].lower()
        if tag in FORBIDDEN_TAGS or (tag == "meta" and "http-equiv" in element.attrib):
            raise Finding(f"a page has the tag {_shown(element)}")
        for name, value in element.attrib.items():
            _judge_attribute(element, str(name).lower(), str(value))
        _judge_loaded(element, tag)


def _judge_attribute(element: Any, name: str, value: str) -> None:
    if name.startswith("on") or name == "style":
        raise Finding(f"a page has an attribute that runs: {_shown(element)}")
    if name in LEADING and not _SAFE.match(_BLANKS.sub("", value)):
        raise Finding(f"a page leads to {value!r}: {_shown(element)}")


def _judge_loaded(element: Any, tag: str) -> None:
    if tag == "script" and "src" not in element.attrib:
        if element.get("type") != "application/ld+json":
            raise Finding(f"a page has a script of its own: {_shown(element)}")
        _judge_json(element.text or "")
    if tag == "link" and element.get("rel") in ("canonical", "alternate"):
        return
    for name, attribute in _LOADED:
        address = _BLANKS.sub("", element.get(attribute, "")) if tag == name else ""
        if address and (not address.startswith(("/", "?", "#")) or address.startswith(("//", "/\\"))):
            raise Finding(f"a page loads from elsewhere: {_shown(element)}")


def _judge_xml(body: bytes) -> None:
    if b"<!DOCTYPE" in body[:200] or b"<!ENTITY" in body[:200]:
        raise Finding("XML that declares entities")
    try:
        tree = ElementTree.fromstring(body)
    except ElementTree.ParseError as error:
        raise Finding(f"broken XML: {error}") from error
    for element in tree.iter():
        if "xhtml" in element.tag or element.tag.rpartition("}")[2] in ("script", "img"):
            raise Finding(f"XML with markup of a page: {element.tag}")
        if element.get("type") in ("html", "xhtml"):
            raise Finding("a feed whose text is markup")
        for name in ("href", "src", "template"):
            if not _SAFE.match(_BLANKS.sub("", element.get(name, ""))):
                raise Finding(f"XML leads to {element.get(name)!r}")


def _judge_json(text: str) -> None:
    try:
        json.loads(text, parse_constant=_no_number)
        text.encode()
    except (ValueError, UnicodeError) as error:
        raise Finding(f"broken JSON: {error}") from error


def _no_number(name: str) -> None:
    raise Finding(f"JSON with {name}")


def _shown(element: Any) -> str:
    return str(html.tostring(element, encoding="unicode"))[:200]
