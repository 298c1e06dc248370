"""How each (fictional) hospital lays a report out: order, headings, spelling, abbreviations and slips."""

import random
from dataclasses import dataclass, replace

from small_or_large.synthetic.drawing import Draw


@dataclass(frozen=True)
class Hospital:
    """The form of one hospital's reports; probabilities are shares of its reports."""

    name: str
    order: tuple[str, ...]
    headings: dict[str, str]
    american: bool
    capitals: bool = False
    separator: str = "\n"
    abbreviates: float = 0.0
    dictated: float = 0.0
    scanned: float = 0.0
    identified: float = 0.1
    synoptic: float = 0.0


LATE = (
    "clinical",
    "specimen",
    "gross",
    "microscopy",
    "ancillary",
    "genetics",
    "diagnosis",
    "extent",
    "comment",
    "closing",
)
EARLY = (
    "specimen",
    "diagnosis",
    "comment",
    "extent",
    "clinical",
    "gross",
    "microscopy",
    "ancillary",
    "genetics",
    "closing",
)
MIDDLE = (
    "clinical",
    "specimen",
    "diagnosis",
    "extent",
    "comment",
    "ancillary",
    "genetics",
    "microscopy",
    "gross",
    "closing",
)
END = (
    "specimen",
    "clinical",
    "gross",
    "microscopy",
    "diagnosis",
    "extent",
    "ancillary",
    "genetics",
    "comment",
    "closing",
)

HOSPITALS: tuple[Hospital, ...] = (
    Hospital(
        "Fernhill General",
        LATE,
        {
            "clinical": "CLINICAL DETAILS",
            "specimen": "NATURE OF SPECIMEN",
            "gross": "MACROSCOPY",
            "microscopy": "MICROSCOPY",
            "ancillary": "IMMUNOHISTOCHEMISTRY",
            "genetics": "MOLECULAR",
            "diagnosis": "CONCLUSION",
            "comment": "COMMENT",
        },
        False,
        identified=0.2,
    ),
    Hospital(
        "Lakeside Medical Center",
        EARLY,
        {
            "clinical": "Clinical history:",
            "specimen": "Specimen(s) submitted:",
            "gross": "Gross description:",
            "microscopy": "Microscopic description:",
            "ancillary": "Special studies:",
            "genetics": "Cytogenetics/FISH:",
            "diagnosis": "FINAL DIAGNOSIS:",
            "comment": "Comment:",
            "extent": "Pathologic staging:",
        },
        True,
        capitals=True,
        separator=" ",
        identified=0.25,
        synoptic=0.35,
    ),
    Hospital(
        "St Brannock Infirmary",
        LATE,
        {
            "clinical": "Hx",
            "specimen": "Spec",
            "gross": "Macro",
            "microscopy": "Micro",
            "ancillary": "IHC",
            "genetics": "Mol",
            "diagnosis": "Dx",
            "comment": "NB",
        },
        False,
        separator=": ",
        abbreviates=0.9,
        identified=0.05,
    ),
    Hospital(
        "Prairie Regional Laboratory",
        MIDDLE,
        {
            "clinical": "PRE-OP INFORMATION",
            "specimen": "TISSUE",
            "gross": "GROSS",
            "microscopy": "MICROSCOPIC",
            "ancillary": "ANCILLARY TESTS",
            "genetics": "GENETICS",
            "diagnosis": "INTERPRETATION",
            "comment": "NOTE",
        },
        True,
        dictated=0.45,
        abbreviates=0.3,
    ),
    Hospital("County Cross Hospital", LATE, {}, False, separator=" ", dictated=0.5, identified=0.15),
    Hospital(
        "Bayview Cancer Institute",
        EARLY,
        {
            "clinical": "1. Indication",
            "specimen": "2. Specimen",
            "gross": "3. Gross examination",
            "microscopy": "4. Histology",
            "ancillary": "5. Immunoprofile",
            "genetics": "6. Genomics",
            "diagnosis": "** DIAGNOSIS **",
            "comment": "Remarks",
        },
        True,
        scanned=0.7,
        identified=0.2,
    ),
    Hospital(
        "Northmoor Pathology Service",
        END,
        {
            "clinical": "Request",
            "specimen": "Site",
            "gross": "Description",
            "microscopy": "Histology report",
            "ancillary": "Further work",
            "genetics": "Further work (molecular)",
            "diagnosis": "SUMMARY",
            "comment": "Opinion",
        },
        False,
        scanned=0.3,
        synoptic=0.25,
    ),
    Hospital(
        "Riverton Community Health",
        MIDDLE,
        {
            "clinical": "Reason for exam",
            "specimen": "Source",
            "gross": "Gross",
            "diagnosis": "Pathologic diagnosis",
            "microscopy": "Micro",
            "ancillary": "Stains",
            "comment": "Comment",
            "closing": "Disclaimer",
        },
        True,
        abbreviates=0.6,
        capitals=True,
        identified=0.1,
    ),
)


def hospitals(count: int) -> list[Hospital]:
    """The first `count` hospitals; beyond the eight described ones, blends of them with a name of their own."""
    chosen = list(HOSPITALS[:count])
    for index in range(len(HOSPITALS), count):
        mix = random.Random(f"hospital {index}")
        form, body = mix.choice(HOSPITALS), mix.choice(HOSPITALS)
        chosen.append(
            replace(
                form,
                name=f"District Laboratory {index + 1}",
                order=body.order,
                american=body.american,
                dictated=mix.random() / 2,
                scanned=mix.random() / 2,
                identified=mix.random() / 4,
            )
        )
    return chosen


AMERICAN = [
    ("tumour", "tumor"),
    ("oesophag", "esophag"),
    ("aemia", "emia"),
    ("haem", "hem"),
    ("oedema", "edema"),
    ("colour", "color"),
    ("grey", "gray"),
    ("centred", "centered"),
    ("centre", "center"),
    ("localisation", "localization"),
    ("nising", "nizing"),
    ("lising", "lizing"),
    ("tising", "tizing"),
    ("alised", "alized"),
    ("naevus", "nevus"),
    ("naevi", "nevi"),
    ("phaeo", "pheo"),
    ("caec", "cec"),
    ("goitre", "goiter"),
    ("coeliac", "celiac"),
    ("labelled", "labeled"),
    ("melaena", "melena"),
    ("favour", "favor"),
    ("orrhoe", "orrhe"),
    ("leucocyt", "leukocyt"),
    ("haloes", "halos"),
    ("artefact", "artifact"),
    ("orientated", "oriented"),
    ("moulding", "molding"),
    ("cauterised", "cauterized"),
    ("ageing", "aging"),
]
AMERICAN += [(old.capitalize(), new.capitalize()) for old, new in AMERICAN]
ABBREVIATIONS = [
    ("adenocarcinoma", "adenoca"),
    ("carcinoma", "ca"),
    ("lymph node", "LN"),
    ("Metastatic", "Met"),
    ("metastatic", "met"),
    ("History of", "H/o"),
    ("consistent with", "c/w"),
    ("Consistent with", "C/w"),
    ("biopsy", "bx"),
    ("No evidence of", "NEO"),
    ("rule out", "r/o"),
    ("Rule out", "R/o"),
    ("squamous cell", "sq cell"),
    ("Negative for", "Neg for"),
    ("with", "w/"),
    ("Previous", "Prev"),
    ("previous", "prev"),
    ("differentiated", "diff"),
    ("suspicious", "susp"),
    ("treatment", "Rx"),
    ("favour", "fav"),
    ("acute", "ac"),
    ("chronic", "chr"),
    ("specimen", "spec"),
    ("diagnosis", "dx"),
    ("positive", "pos"),
    ("negative", "neg"),
    ("primary", "1ry"),
]
DICTATION = [
    ("There is", "Their is"),
    ("is seen", "is scene"),
    ("basal", "basil"),
    ("lesion", "legion"),
    ("mucosa", "mucous a"),
    (". ", " period "),
    (", ", " comma "),
    ("foci", "folk eye"),
    ("The ", "The the "),
    ("tissue", "tissues"),
    ("margin", "Marge in"),
    ("nodule", "node you'll"),
    ("cells", "sells"),
    ("stroma", "stroma uh"),
    ("sections", "section's"),
    ("stain", "stane"),
    ("fibrous", "fibrose"),
    ("specimen", "specimen correction specimen"),
]
SCANNED = {
    "l": "1",
    "o": "0",
    "i": "l",
    "e": "c",
    "m": "rn",
    "h": "b",
    "n": "ri",
    "a": "o",
    "t": "f",
    "s": "5",
    "u": "ii",
}


def spell(text: str, american: bool) -> str:
    """The text in the hospital's spelling; pools are written in British."""
    if american:
        for old, new in AMERICAN:
            text = text.replace(old, new)
    return text


def slip(draw: Draw, hospital: Hospital, text: str, rate: float) -> str:
    """The text with the hospital's abbreviations, dictation slips and OCR slips; words of denial are never hit."""
    if draw.chance(hospital.abbreviates):
        for long, short in ABBREVIATIONS:
            if draw.random() < 0.5:
                text = text.replace(long, short)
    if draw.chance(hospital.dictated * rate):
        for heard, written in draw.some(DICTATION, 4):
            text = text.replace(heard, written, draw.number(1, 2))
    if draw.chance(hospital.scanned * rate):
        characters = list(text)
        last = len(characters) - 2
        for _ in range(int(len(characters) * (0.002 + 0.018 * draw.random() ** 2))):
            at = 1 + int(draw.random() * (last - 1))
            # Inside words of four letters and more: "no", "not" and signs stay what they are.
            if text[max(0, at - 2) : at + 2].isalpha() and characters[at] in SCANNED:
                characters[at] = SCANNED[characters[at]]
            elif characters[at] == " " and draw.random() < 0.5:
                characters[at] = "\n"
        text = "".join(characters)
    return text


def body(draw: Draw, hospital: Hospital, sections: dict[str, str]) -> str:
    """The sections in the hospital's order under its headings, or as bullets where it reports synoptically."""
    synoptic = draw.chance(hospital.synoptic)
    parts = []
    for key in hospital.order:
        content = spell(sections.get(key, ""), hospital.american)
        if not content:
            continue
        if synoptic and key in ("diagnosis", "extent", "comment"):
            content = "\n".join(f"- {line}" for line in content.replace(". ", ".\n").split("\n"))
        if hospital.capitals and key == "diagnosis":
            content = content.upper()
        heading = hospital.headings.get(key)
        parts.append(f"{heading}{hospital.separator}{content}" if heading else content)
    return (" " if not hospital.headings else "\n").join(parts)
