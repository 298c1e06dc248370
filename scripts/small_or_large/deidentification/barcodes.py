"""Barcodes and UUIDs of studies, whole or broken by a scanner, and identifiers of devices and shipments."""

# ruff: noqa: E501 - expressions are harder to read when wrapped

import re
from dataclasses import replace

from small_or_large.deidentification.numbers import has_three_figures
from small_or_large.deidentification.patterns import PatternRecognizer, pattern
from small_or_large.deidentification.spans import Span


class BarcodeRecognizer(PatternRecognizer):
    """Study barcodes, UUIDs, device and shipment identifiers."""

    PATTERNS = (
        # a specimen's barcode: TCGA-AB-1234-01A
        pattern(
            "ID",
            r"(?i)\b(?:T[CGO]|C)GA ?- ?[A-Z0-9]{2} ?- ?[A-Z0-9]{4}(?:-[A-Z0-9]{2,4}){0,5}(?:\.[0-9A-F-]{30,40})?",
            0.99,
        ),
        # a UUID, whole or after its label
        pattern(
            "ID",
            r"(?i)(?<![0-9a-f])[0-9a-f]{8} ?- ?[0-9a-f]{4} ?- ?[0-9a-f]{4} ?- ?[0-9a-f]{4} ?- ?[0-9a-f]{12}(?![0-9a-f])",
            0.99,
        ),
        pattern(
            "ID",
            r"(?i)uuid ?[:=$]{0,2} ?(?P<value>[0-9A-FOIL]{4,12}(?: ?[-–] ?[0-9A-FOIL]{2,14}){1,6})",
            0.95,
            "value",
        ),
        # a shipment's number
        pattern("ID", r"(?<![\w-])(?=[A-Z0-9]{0,20}\d{4})(?=[A-Z0-9]{0,20}[A-Z])1Z[A-Z0-9]{16}\b", 0.9),
        # a participant's, a kit's
        pattern(
            "ID",
            r"(?i)\b(?:trial|protocol|study|subject|participant|kit|randomi[sz]ation|specimen kit|biobank|tracking|waybill)(?: (?:patient|subject|participant))?(?: ?(?:no|number|num|id)\b\.?| ?#)[ :]{1,3}(?P<value>(?-i:[A-Z0-9]{1,10}(?:-[A-Z0-9]{1,10}){0,4}))(?![\w-])",
            0.9,
            "value",
            check=has_three_figures,
        ),
        # an address of a machine
        pattern("ID", r"\b(?:\d{1,3}\.){3}\d{1,3}\b(?=[^\d.]|$)", 0.3),
    )


# what announces a UUID, as scanners read it; a specimen's barcode begins so
_UUID_NEAR = re.compile(r"(?i)[uq][ui1jl]{1,2}[i1l]?[do0] ?[:.$]|\bT[CGO]GA-")
# two groups of a UUID
_UUID_PIECE = re.compile(r"(?i)(?:[:;]|\b)[0-9a-f@]{8}-[0-9a-f@]{4}-[0-9a-f@]{4}|-[0-9a-f@]{4}-[0-9a-f@]{12}")
# a specimen's barcode (TCGA-AB-1234), whole or without its beginning
_BARCODE_PIECE = re.compile(
    r"\w?TCGA-\w|T[CGO]G[A-Z0-9]{0,2}-\w|(?:[TI1]?[CGO]{1,2}A ?|)-[A-Z0-9]{2}-[A-Z0-9]{4}(?!\w)|"
    r"[AU]-[A-Z]{2}-[A-Z0-9]{4}(?!\w)|\d\d-\d{4}TCGA"
)


def barcodes_named(text: str, spans: list[Span]) -> list[Span]:
    """The findings of `text`, with pieces of UUIDs and barcodes that were taken for a patient's numbers named ID."""
    return [replace(s, entity="ID") if _broken_barcode(text, s) else s for s in spans]


def _broken_barcode(text: str, span: Span) -> bool:
    """Whether a number is a piece of a specimen's UUID or barcode, which a scanner broke."""
    if span.entity not in ("MRN", "ACCESSION"):
        return False
    return (
        _UUID_NEAR.search(text, max(0, span.start - 40), span.start + 8) is not None
        or _UUID_PIECE.search(text, max(0, span.start - 1), span.end + 16) is not None
        or _BARCODE_PIECE.match(text, span.start) is not None
    )
