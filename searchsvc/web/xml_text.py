"""XML documents made of untrusted texts. The primary entrypoints are `child` and `document`.

The library escapes markup; what it lets through and XML 1.0 forbids (2.2: most control characters, lone
surrogates, U+FFFE and U+FFFF) is taken out here.
"""

import re
from xml.etree.ElementTree import Element, SubElement, tostring

_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def xml_text(text: str) -> str:
    """Return `text` without the characters that no XML document may hold."""
    return _FORBIDDEN.sub("", text)


def child(parent: Element, tag: str, text: str | None = None, **attributes: str) -> Element:
    """Add an element to `parent` and return it; texts may hold anything."""
    added = SubElement(parent, tag, {name: xml_text(value) for name, value in attributes.items()})
    if text is not None:
        added.text = xml_text(text)
    return added


def document(root: Element) -> bytes:
    """Return the whole document, in UTF-8 with its declaration."""
    written: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return written
