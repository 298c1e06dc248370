"""Initials of those who dictated, typed, cut, read and signed, and of patients whom a letter calls by theirs."""

# ruff: noqa: E501, SIM905 - expressions and word lists are harder to read when wrapped

import re

from small_or_large.deidentification.patterns import PatternRecognizer, pattern
from small_or_large.deidentification.people import STOP
from small_or_large.deidentification.tagger import ABBREVIATIONS
from small_or_large.deidentification.words import lexicons

# a one that was read as a letter: R1, x1, LL
_NO_INITIALS = re.compile(r"[A-Z]l|^xl$|^x[A-Z]$")


_DONE = r"(?:dict(?:ated|ation)?|trans(?:cribed)?|typed|typ|proofed|proof[- ]?read|gross(?:ed)?|gross photos taken,?|prosected|cut|cut[- ]?up|trimmed|dissected|described|inked|photographed|coded|abstracted|orient(?:at)?ed|stained|immunostains ordered|ordered|reviewed|rev(?:'?d)?|re-?rev'?d|rvw|signed|cosigned|co-signed|countersigned|checked|verified|verified by two|verif|initial(?:l?ed|s)?|entered|edited|read|screened|rescreened|embedded|re-embedded|retrieved|amended|rpt(?:'?d)?|recounted|printed|viewed|accessioned|logged|filed|scanned|authori[sz]ed|validated|notified|QA|QC|GROSS_BY|gross_by|sig|dict_by|typed_by|auth|msg \d|message \d)"
# what a name follows only after "by", "per" or a colon
_DONE_BY = r"(?:(?:sections|processed|prepared|preps? made|made|run|assessed|released|synoptic|collected|received|discussed|called|exhausted|adequate|seen|noted|relayed|taken|phoned|labell?ed|micro(?:scopic)?|macro(?:scopic)?|written(?: up)?|completed|reported|finali[sz]ed|counted|corrected|confirmed|done|keyed|resolved|updated|faxed|mailed|decalcified|read jointly|initialled)(?:[ -](?:out|in|off|up|again|jointly|twice|electronically|overnight|remotely))? (?:by|per|w/)|reported ?:|final ?:|verified by two ?:)"
_WHO = r"(?:initials?|histotech(?:nologist)?|tech(?:nologist|nician)?|cytotech(?:nologist)?|path(?:ologist)?|res(?:ident)?|fellow|attending|clerk|typist|transcriptionist|secretary|prosector|assistant|pa|ct|bms|mlt|mls|reviewer|reader|screener|author|operator|abstractor|registrar|witness|staff|cosig|sho|colleague|sig|prosectors?|cutter|dissector|user|rev|dict|req|auth)"
_LETTERS = r"(?:[A-Z](?:[a-z]{0,2}[A-Z]){1,3}|[A-Z][a-z]|[a-z][A-Z]|[A-Za-z]\.(?:[- ]?[A-Za-z]\.){1,3}(?:[A-Z]\b)?|[A-Z]-[A-Z]{1,2}|(?:[A-Z][a-z]?\.)(?:[A-Z]['’]?){1,2}\.?|[a-z]{2,3})"
_SMALL = frozenset(
    """the our his her me my us an pa np md rn ct a in on at to of by for and or is it as be we he was had has not no so do if up out off all any who new
    old two one six ten see per via via cm mm ml mg kg am pm st nd rd th vs re pt pts dr mr ms you can may may did due low end top tip ink red fat hpf via
    id ext tel fax fig yrs yo are but its que les des de la le et al im iv sc po bid tid prn tbc gm gms em oz bu ok fs lt rt bx hx dx rx tx sx left ref acc lab cc inc etc ie eg ca us uk""".split()
)


# "by" as scanners read it
_BY = frozenset("bv hy ay ly py oy bx".split())
_GENE_OR_LEVEL = re.compile(r"[IVX]{1,3}[A-C]")
_REGULATION = re.compile(r"(?i)\b(?:required|regulated|approved|cleared) (?:by|under) ?$")


def _is_broken_word(match: re.Match, value: str) -> bool:
    """Whether a word before makes one clinical word with these letters: gross ly."""
    before = re.search(
        r"([A-Za-z]{3,12}) $", match.string[max(0, match.start("value") - 13) : match.start("value")]
    )
    return before is not None and value.islower() and lexicons()[0].get((before[1] + value).lower(), 0) >= 3


_GOES_ON = re.compile(r" [A-Za-z]{2}")


def _initials(match: re.Match) -> bool:
    """Letters that are no abbreviation of a test, a site or a unit, and no small word."""
    value = match.group("value")
    parts = [p for p in re.split(r"[^\w]+", value) if p]
    if any(len(p) > 1 and len(set(p.lower())) == 1 for p in parts):
        return False  # XX, XXX: left out before
    if value.lower() in _BY or _is_broken_word(match, value):
        return False
    announced = re.search(r"(?i)(?:by|per|[:=>#]) ?$", match.string[match.start() : match.start("value")])
    words = lexicons()[0]
    if not announced and (
        value.islower()
        and _GOES_ON.match(match.string, match.end("value"))
        or _around_in_capitals(match, *match.span("value"))
    ):
        return False
    if any(len(p) > 2 and words.get(p.lower(), 0) >= (3 if announced is None else 4) for p in parts):
        return False
    if len(parts) > 1 and all(len(p) == 1 for p in parts):
        return "".join(parts).lower() not in _SMALL
    return all(
        not _NO_INITIALS.search(p)
        and p.lower() not in _SMALL
        and (p.islower() and p not in STOP or not p.islower() and p.lower() not in ABBREVIATIONS)
        for p in parts
    )


def _around_in_capitals(match: re.Match, start: int, end: int) -> bool:
    """Whether the words beside are in capitals too, so that three capitals say nothing."""
    near = match.string[max(0, start - 30) : start] + " " + match.string[end : end + 30]
    words = re.findall(r"[A-Za-z]{4,}", near)
    return sum(w.isupper() for w in words) > len(words) / 2


def _person(match: re.Match) -> bool:
    """Initials in running text, where a stray abbreviation is likelier: two or three letters, none that a report abbreviates."""
    text = match.group("value")
    key = re.sub(r"\W", "", text).lower()
    if (
        ("." not in text and key in ABBREVIATIONS)
        or key in _SMALL
        or key in STOP
        or len(key) > (3 if text.isupper() else 4)
    ):
        return False
    if "." not in text and lexicons()[0].get(key, 0) >= (4 if len(key) == 2 else 3):
        return False
    before = match.string[max(0, match.start("value") - 24) : match.start("value")]
    if _GENE_OR_LEVEL.fullmatch(text) or _REGULATION.search(before):
        return False
    if re.match(r"\W{1,2}\d\d(?!\d)(?![/.-]\d)| \d[./]\d(?![/.\d])", match.string[match.end("value") :][:6]):
        return False  # a stain: MOC -31
    return not _around_in_capitals(match, *match.span("value"))


def _dotted(match: re.Match) -> bool:
    key = re.sub(r"\W", "", match.group("value")).lower()
    before = match.string[max(0, match.start() - 4) : match.start()]
    if len(set(key)) == 1 or match.string[match.end("value") :][:1] == ":":
        return False
    return (
        key not in "md do us pm am rn phd po ie eg na id oc bs ba ma dds dvm usa ma mph no pt dr st".split()
        and (key == "rs" or key not in ABBREVIATIONS)
        and re.search(r"\w, $", before) is None
        and not _around_in_capitals(match, *match.span("value"))
    )


def _slashed(match: re.Match) -> bool:
    parts = [p.lower() for p in re.split(r" ?[/:] ?", match.group("value"))]
    return (
        all(p not in ABBREVIATIONS and p not in _SMALL and p not in STOP for p in parts)
        and parts[1] not in "dl hr kg sec min day wk neu mm ml hpf".split()
    )


def _person_whole(match: re.Match) -> bool:
    return match.group(0).lower() not in ABBREVIATIONS


class InitialsRecognizer(PatternRecognizer):
    """Initials of those who dictated, transcribed, cut or signed."""

    _ROLE = r"(?i:dictated|transcribed|typed|grossed|gross|prosected|cut|cut[- ]?up|trimmed|dissected|described|inked|photographed|coded|abstracted|orientated|stained|reviewed|signed|checked|verified|initials?|dict|trans|tech(?:nologist|nician)?|path(?:ologist)?|res(?:ident)?|attending|staff|entered|read|screened|embedded|typist|transcriptionist|prepared|d|t|pa|processed)"
    _NOT = r"(?!(?:MD|DO|RN|PA|NP|AM|PM|US|ER|PR|OR|IN|ON|AT|TO|BY|NO|IF|IT|IS|HE|PT|DR|MR|MS|FS|LN|TAH|BSO|SLN|CT|MRI|THE|ASCP|AND|FOR|NOT|CAP|NA|HER|HIS|OUR|ALL|ICU|MMR|MSI|FNA|LLL|RLL|RUL|LUL|RML|IHC|PAS|GMS|AFB|TRU|II|III|IV|ONE|TWO|NOS|WHO|DNA|RNA|QC|QA|DOB|SPEC|NEW|LEFT|ANY|BE|AS|OF|UP|OK|CPT|M\.D|WAS|ARE|HAS|HAD|BUT|TCGA|UUID|HPV|EGFR|ALK|ROS|KRAS)\b)"
    _SLASHED = r"(?:[A-Z]{2,4}|[A-Z]\.(?:[A-Z]\.){1,2}|[a-z]{2,4}) ?[/:] ?(?:[A-Za-z]{2,4})(?: ?[/:] ?[A-Za-z]{2,3})?"
    _MONTH = r"(?:[Jj]an|JAN|[Ff]eb|FEB|[Mm]ar|MAR|[Aa]pr|APR|[Mm]ay|MAY|[Jj]un|JUN|[Jj]ul|JUL|[Aa]ug|AUG|[Ss]ep|SEP|[Oo]ct|OCT|[Nn]ov|NOV|[Dd]ec|DEC)"
    PATTERNS = (
        pattern(
            "INITIALS",
            rf"\b(?i:dict(?:ated|ation)?|transcribed|typed|signed|d|t)\.?(?: ?by)?[ ]?[:=] ?(?:[A-Z][\w'’-]{{1,20}}(?: [A-Za-z][\w'’-]{{1,20}})? ?[/\\] ?)(?P<value>{_NOT}[A-Za-z]{{2,4}}(?: ?[:/] ?[A-Za-z]{{2,4}})?)(?!\w)",
            0.95,
            "value",
        ),
        pattern(
            "INITIALS",
            rf"\b{_ROLE}(?: (?:by|per))? ?[:=#(-]{{0,2}} ?(?P<value>{_NOT}(?:[A-Z]{{2,4}}|[A-Z]\.(?: ?[A-Z]\.?){{1,2}}|[A-Z][a-z][A-Z]|[A-Z][A-Za-z]{{1,2}}[A-Z]|(?<=: )[a-z]{{2,3}})(?: ?[/:] ?[A-Za-z]{{2,3}}){{0,2}})(?![\w-]|['’])(?=[ ,;.)\n]|$)",
            0.75,
            "value",
            check=lambda m: (
                (
                    re.search(r"(?i)(?:by|per|[:=#(-]) ?$", m.string[m.start() : m.start("value")])
                    is not None
                    or re.fullmatch(r"[A-Z][a-z][A-Z]", m.group("value")) is not None
                )
                and not _NO_INITIALS.search(m.group("value"))
                and m.group("value") not in STOP
                and m.group("value").lower() not in ABBREVIATIONS
                and len(set(m.group("value").lower())) > 1
            ),
        ),
        pattern(
            "INITIALS",
            r"(?i)\b(?:transcribed|typed|dictated|cut|embedded|entered|checked|stained|scribed) by (?P<value>(?-i:(?!the|our|his|her|me|my|us|an|pa|np|md|rn|ct)[a-z]{2,3}))(?=[ ,;.]{1,2}(?:\d|$|\n)|$)",
            0.75,
            "value",
        ),
        pattern(
            "INITIALS",
            rf"\b(?:[Mm]acro|[Mm]icro|[Cc]ut|[Gg]ross|[Pp]ath|[Rr]es|[Tt]ech|BMS)[ :]{{1,2}}(?P<value>{_NOT}[A-Z]{{2,3}})(?= (?:micro|macro|cut|typed|path|res|tech)\b|\s*$|\n)",
            0.75,
            "value",
        ),
        pattern(
            "INITIALS",
            rf"(?<=[\d ])/ ?(?P<value>{_NOT}[A-Z]{{2,3}})(?=\s*$|\n)",
            0.75,
            "value",
            check=lambda m: (
                re.search(r"\d[./-]\d{1,2}[./-]\d{2,4} ?$", m.string[max(0, m.start() - 12) : m.start()])
                is not None
            ),
        ),
        pattern(
            "INITIALS",
            rf"(?<![\w./:-])(?P<value>{_NOT}{_SLASHED})(?=,? {{1,2}}(?:[0-9OIl]{{1,2}} ?[/.-] ?[0-9OIl]{{1,2}} ?[/.-]|(?:19|20)\d\d[-/]?\d|\d{{1,2}}[- ]?{_MONTH}|{_MONTH}[a-z]{{0,7}}\.? \d))",
            0.9,
            "value",
        ),
        pattern(
            "INITIALS",
            rf"(?<![\w./:-])(?P<value>{_NOT}[A-Z]{{2,3}})(?= {{1,2}}(?:[0-9]{{1,2}}/[0-9]{{1,2}}/\d\d|(?:19|20)\d\d[-/]\d\d|\d{{1,2}}-{_MONTH}|{_MONTH}[a-z]{{0,7}}\.? \d{{1,2}},? \d|{_MONTH}[a-z]{{0,7}}\.? (?:19|20)\d\d))",
            0.8,
            "value",
        ),
        pattern(
            "INITIALS",
            rf"(?<![\w./:-])(?P<value>{_NOT}[A-Z]{{2,4}} ?/ ?[a-z]{{2,3}})(?![\w/-])(?=\s*(?:[.;,)\n]|$))",
            0.75,
            "value",
            check=lambda m: not re.search(r"(?i)/(?:mm|ml|dl|hpf|cm|yo)", m.group()),
        ),
        pattern(
            "INITIALS",
            rf"\b(?P<value>{_NOT}(?:[A-Z]{{2,4}}|[A-Z]\.[A-Z]\.)) (?=(?:cut|stained|dictated|transcribed|grossed|embedded|typed|screened|signed|accessioned|notified|reviewed) )",
            0.75,
            "value",
        ),
        # "cut by", "grossed", "typed", "cosigned": the end of what was done, then who
        pattern(
            "INITIALS",
            rf"(?i)\b{_DONE}(?:[ -](?:out|in|off|up|again|remotely|jointly|twice|electronically|overnight))?(?:[ ](?:by|per|with|w/|for|to))?(?:[ ](?:me|pa|ct|bms|mlt|tech|histotech|resident|fellow|student|secretary|transcription(?:ist)?|cytotech|two|prof|us|cyto|path|trainee|registrar|dr))?[ :=#>(\[~-]{{1,4}}(?-i:(?P<value>{_LETTERS}(?: ?[/&] ?{_LETTERS}){{0,2}}))(?![\w/@-]|['’.]\w)",
            0.74,
            "value",
            check=_initials,
        ),
        pattern(
            "INITIALS",
            rf"(?i)\b{_DONE_BY}(?: (?:me|pa|ct|bms|mlt|tech|histotech|resident|fellow|student|secretary|two))?[ :=(\[]{{1,3}}(?-i:(?P<value>{_LETTERS}(?: ?[/&] ?{_LETTERS}){{0,2}}))(?![\w/@-]|['’.]\w)",
            0.74,
            "value",
            check=_initials,
        ),
        # a role, then who: Histotech DdR, clerk kb, PA (C.V.), reviewer:gvb
        pattern(
            "INITIALS",
            rf"(?i)\b{_WHO}(?:['’]s)?(?: (?:initials?|id|sig(?:nature)?|on call|covering tonight|is))?[ :=#>(\[~,-]{{1,3}}(?-i:(?P<value>{_LETTERS}(?: ?/ ?{_LETTERS}){{0,2}}))(?![\w/@-]|['’.]\w)",
            0.74,
            "value",
            check=_initials,
        ),
        # with, to, from, per, thanks to someone
        pattern(
            "INITIALS",
            r"(?i)\b(?:(?:w/|with|per|ask|asked|tell|told|thx|thanks|ta|cheers|regards|initials|initialled|initialed|signed|sgd|d/w|rev(?:iew(?:ed)?)?|thank you|best|cosig|dict|trans|typ|typed|images to|slides to|case to|back to|over to|by|via|from|to|and|&|cc|attn)[ ,:./-]{1,2})(?-i:(?P<value>[A-Z](?:[a-z]{0,2}[A-Z]){1,3}|(?:[A-Z]\.[ -]?){2,4}(?:[A-Z]\b)?))(?![\w@-]|['’.]\w|/\d)",
            0.7,
            "value",
            check=_person,
        ),
        # someone who does something: JKT to review, BLT initialled
        pattern(
            "INITIALS",
            r"(?<![\w./-])(?P<value>[A-Z](?:[a-z]{0,2}[A-Z]){1,3}|(?:[A-Z]\.-?){2,4}) (?=(?:cut|stained|dictated|transcribed|grossed|embedded|typed|screened|signed|accessioned|notified|reviewed|agrees?|concurs?|aware|informed|will|initialled|initialed|checked|did|said|says|thinks?|happy|queries|asked|asks|confirmed|called|rang|phoned|saw|seen|and I|and me|pls|please|to (?:review|sign|call|check|cut)) ?)",
            0.7,
            "value",
            check=_person,
        ),
        # letters with full stops and nothing else: R.S., M.-C.L., H.d.S.
        pattern(
            "INITIALS",
            r"(?<![\w./-])(?P<value>[A-Z]\.(?:-?(?:[A-Z]|d|v|de|O['’][A-Z]|Mc[A-Z])\.){1,3}|[A-Z] ?\.[A-Z] \.(?:[A-Z] ?\.)?|(?<=[\"“‘' (\[])[a-z]\.[a-z]\.(?:[a-z]\.)?(?=[ )\]]))(?![\w@]| ?[A-Z][a-z]|['’])",
            0.65,
            "value",
            check=_dotted,
        ),
        # at the end of a line: after a dash, a full stop or a closing word, before a date or nothing
        pattern(
            "INITIALS",
            rf"(?:(?<=[.;,)\]*!?] )|(?<=[-–—~|/] )|(?<=\t))(?P<value>[A-Z](?:[a-z]{{0,2}}[A-Z]){{1,3}}|[a-z]{{2,3}})(?=,? {{1,3}}(?:[0-9]{{1,2}} ?[/.-] ?(?:[0-9]{{1,2}}|{_MONTH}|[IVXivx]{{1,4}})(?: ?[/.-]|\b)|(?:19|20)\d\d[-/.]?\d|\d{{1,2}} ?{_MONTH}|{_MONTH}[a-z]{{0,7}}\.? \d))",
            0.7,
            "value",
            check=_initials,
        ),
        pattern(
            "INITIALS",
            r"(?:(?<=[-–—~] )|(?<=thx, )|(?<=[Tt]hx )|(?<=[Tt]a )|(?<=[Tt]hanks )|(?<=[Tt]hanks, )|(?<=[.!?)] ))(?P<value>[A-Z](?:[a-z]{0,2}[A-Z]){1,3}|(?<=[-–—~] )[a-z]{2,3}|(?<=[Tt]hx, )[a-z]{2,3})[.!]?\s*$",
            0.65,
            "value",
            check=_person,
        ),
        # two people's: tn/BGO, PFK/dl, DRP/lkh
        pattern(
            "INITIALS",
            r"(?<![\w./:-])(?P<value>(?:[A-Z](?:[a-z]{0,2}[A-Z]){1,3}|[A-Z]{2,4}) ?[/:] ?[a-z]{2,3}|[a-z]{2,3}/[A-Z]{2,4})(?![\w/-])",
            0.7,
            "value",
            check=_slashed,
        ),
        # mixed letters that no term has: HvR, CMcD, FvdM
        pattern(
            "INITIALS",
            r"(?<![\w./-])[A-Z](?:v|vd|d|de|Mc|Mac|O['’]|Mac)[A-Z]{1,2}(?![\w-])",
            0.65,
            check=_person_whole,
        ),
        # of a patient whom a letter names by them
        pattern(
            "INITIALS",
            r"(?i)\b(?:patient|pt|mr|mrs|ms|named|called|initials(?: are)?|subject|this (?:gentleman|lady|man|woman))[ ,:\"]{1,3}(?-i:(?P<value>(?:[A-Z]\.[ -]?){2,4}|[A-Z]{2,3}))(?![\w'’/-])",
            0.74,
            "value",
            check=_initials,
        ),
    )
