"""XML for reports: elements whose texts hold nothing that XML cannot."""

from __future__ import annotations

from xml.etree import ElementTree

from backend_lint.report.output import Output
from backend_lint.report.plain import visible


def element(parent: ElementTree.Element | None, name: str, text: str = "", /, **attributes: str | int) -> ElementTree.Element:
    """A new element, below `parent` where there is one. Characters that XML lacks (https://www.w3.org/TR/xml/#charsets) or that nobody
    sees are written as escapes; line ends stay in `text` alone."""
    values = {key: visible(str(value)) for key, value in attributes.items()}
    made = ElementTree.Element(name, values) if parent is None else ElementTree.SubElement(parent, name, values)
    if text:
        made.text = "\n".join(visible(line) for line in text.split("\n"))
    return made


def write(root: ElementTree.Element, output: Output) -> None:
    """Write a document in ASCII, which is UTF-8 too, with character references for the rest: so it is right in any encoding."""
    ElementTree.indent(root)
    output.write('<?xml version="1.0" encoding="utf-8"?>\n')
    output.write(ElementTree.tostring(root, encoding="us-ascii").decode("ascii") + "\n")
