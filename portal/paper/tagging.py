"""What WeasyPrint leaves out of a tagged PDF, added just before the file is written.

Checked against WeasyPrint 70; `tests/paper/test_meaning.py` fails if a later version changes what is relied on here.
"""

from collections.abc import Iterator

import pydyf
from weasyprint import Document

# A PDF/A file must describe each metadata schema that PDF/A itself does not know (ISO 19005-2, 6.6.2.3.2).
_UNIVERSAL_ACCESS = b"""
<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" pdfuaid:part="1"/>
<rdf:Description rdf:about=""
    xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
    xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
    xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
  <pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
    <pdfaSchema:schema>PDF/UA Universal Accessibility Schema</pdfaSchema:schema>
    <pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
    <pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
    <pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
      <pdfaProperty:name>part</pdfaProperty:name>
      <pdfaProperty:valueType>Integer</pdfaProperty:valueType>
      <pdfaProperty:category>internal</pdfaProperty:category>
      <pdfaProperty:description>The part of ISO 14289 that the file follows</pdfaProperty:description>
    </rdf:li></rdf:Seq></pdfaSchema:property>
  </rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
</rdf:RDF>"""


def finish(document: Document, pdf: pydyf.PDF) -> None:
    """The finisher given to WeasyPrint: the same file becomes PDF/UA-1 besides PDF/A."""
    _declare_universal_access(pdf)
    _describe_links(document)
    _scope_headers(pdf)
    _set_aside_page_margins(pdf)


def _declare_universal_access(pdf: pydyf.PDF) -> None:
    """Into the file's own RDF: a second RDF in the metadata makes the file invalid."""
    stream = _object(pdf, pdf.catalog["Metadata"]).stream
    stream[0] = stream[0].replace(b"</rdf:RDF>", _UNIVERSAL_ACCESS)


def _describe_links(document: Document) -> None:
    """A link is announced by its words; WeasyPrint announces the address or the anchor's name."""
    for page in document.pages:
        for _kind, _target, _rectangle, box in page.links:
            words = " ".join("".join(box.element.itertext()).split())
            if words and box.link_annotation:
                box.link_annotation["Contents"] = pydyf.String(words)


def _scope_headers(pdf: pydyf.PDF) -> None:
    """A header cell in the table's head rules its column, any other its row."""
    for header in _elements(pdf, "/TH"):
        row = _object(pdf, header["P"])
        in_head = _object(pdf, row["P"])["S"] == "/THead"
        header["A"]["Scope"] = "/Column" if in_head else "/Row"


def _set_aside_page_margins(pdf: pydyf.PDF) -> None:
    """Running headers and page numbers become pagination artifacts, which a screen reader passes over (ISO 14289-1, 7.8).

    WeasyPrint tags them as text, but leaves them out of the tree of the document.
    """
    root = _object(pdf, pdf.catalog["StructTreeRoot"])
    document = _object(pdf, root["K"][0])
    reached = set(document["K"])
    numbers = _object(pdf, root["ParentTree"])["Nums"]
    parents = dict(zip(numbers[::2], numbers[1::2], strict=True))
    for reference in pdf.page_references:
        page = _object(pdf, reference)
        owners = parents[page["StructParents"]]
        outside = {i for i, owner in enumerate(owners) if _top(pdf, owner, document) not in reached}
        for i in outside:
            owners[i] = b"null"
        _turn_into_artifacts(_object(pdf, page["Contents"]).stream, outside)


def _top(pdf: pydyf.PDF, reference: bytes, document: pydyf.Dictionary) -> bytes:
    """The ancestor that stands directly under the document."""
    while (parent := _object(pdf, reference)["P"]) != document.reference:
        reference = parent
    return reference


def _turn_into_artifacts(stream: list[object], marks: set[int]) -> None:
    """Each marked piece is three entries in the stream: its tag, its properties, and the operator BDC."""
    for position, properties in enumerate(stream):
        if isinstance(properties, pydyf.Dictionary) and properties.get("MCID") in marks:
            stream[position - 1] = "/Artifact"
            stream[position] = pydyf.Dictionary({"Type": "/Pagination"})


def _elements(pdf: pydyf.PDF, role: str) -> Iterator[pydyf.Dictionary]:
    for item in pdf.objects:
        if isinstance(item, pydyf.Dictionary) and item.get("Type") == "/StructElem" and item["S"] == role:
            yield item


def _object(pdf: pydyf.PDF, reference: bytes) -> pydyf.Object:
    return pdf.objects[int(reference.split()[0])]
