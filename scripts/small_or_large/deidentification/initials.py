"""Initials of those who dictated, typed, cut, read and signed, and of patients called by theirs."""

import re
from collections.abc import Callable

from small_or_large.deidentification.cues import ABBREVIATIONS
from small_or_large.deidentification.patterns import Pattern, PatternRecognizer, Sign, pattern, sign
from small_or_large.deidentification.people import STOP
from small_or_large.deidentification.words import lexicons

# what someone does who leaves initials, by the kind of work
_TYPED = (
    r"dict(?:ated|ation)?|trans(?:cribed)?|typ(?:ed)?|scribed|proof(?:ed|[- ]?read)|entered|edited|keyed"
    r"|coded|abstracted"
)
_CUT = (
    r"gross(?:ed)?|prosected|cut(?:[- ]?up)?|trimmed|dissected|described|inked|photographed|orient(?:at)?ed"
    r"|embedded|stained"
)
_READ = r"read|rev(?:iewed|'?d)?|rvw|screened|viewed|checked|verif(?:ied)?|validated|counted|QA|QC"
_SIGNED = r"signed|sgd|initial(?:l?ed|s)?|sig|authori[sz]ed|auth|notified"
_FILED = r"ordered|retrieved|amended|rpt(?:'?d)?|printed|accessioned|logged|filed|scanned"
_WORKED = rf"(?:(?:re|co|counter)-?)?(?:{_TYPED}|{_CUT}|{_READ}|{_SIGNED}|{_FILED})"
# what a name follows only after "by" or "per": what is done by others too, and what is made
_DONE = (
    r"processed|prepared|made|run|assessed|released|collected|received|discussed|called|seen|noted|relayed"
    r"|taken|phoned|labell?ed|written|completed|reported|finali[sz]ed|corrected|confirmed|done|resolved|updated"
    r"|faxed|mailed|decalcified"
)
_MADE = r"sections|preps?|photos?|micro(?:scopic)?|macro(?:scopic)?|synoptic"
_HOW = r"(?:[ -](?:out|in|off|up|again|twice|overnight|[a-z]{3,14}ly))?"
_ROLE = (
    r"(?:(?:histo|cyto)?tech(?:nologist|nician)?|cyto|path(?:ologist)?|res(?:ident)?|fellow|attending|registrar"
    r"|trainee|student|sho|staff|colleague|pa|ct|bms|ml[ts]|clerk|typist|transcription(?:ist)?|secretary"
    r"|assistant|prosectors?|dissector|cutter|reviewer|reader|screener|author|operator|abstractor|witness|user)"
)
_BY_WHOM = rf"(?:[ ](?:{_ROLE}|dr|prof|me|us|both|two))?"
# between a role and who has it: Resident on call: ZAM
_OF_ROLE = r"(?: (?:initials?|id|sig(?:nature)?|is|(?:on (?:call|duty)|covering)(?: (?-i:[a-z]{4,9}))?))?"
_FIELD = r"(?:initials?|cosig|sig|rev|dict|req|auth)"

# capitals with up to two small letters between: AB, DdR, CMcD
_CAPITALS = r"[A-Z](?:[a-z]{0,2}[A-Z]){1,3}"
_LETTERS = (
    rf"(?:{_CAPITALS}|[A-Z][a-z]|[a-z][A-Z]|[A-Za-z]\.(?:[- ]?[A-Za-z]\.){{1,3}}(?:[A-Z]\b)?"
    r"|[A-Z]-[A-Z]{1,2}|(?:[A-Z][a-z]?\.)(?:[A-Z]['’]?){1,2}\.?|[a-z]{2,3})"
)
_SEVERAL = rf"(?P<value>{_LETTERS}(?: ?[/&] ?{_LETTERS}){{0,2}})(?![\w/@-]|['’.]\w)"
_SLASHED = (
    r"(?:[A-Z]{2,4}|[A-Z]\.(?:[A-Z]\.){1,2}|[a-z]{2,4}) ?[/:] ?(?:[A-Za-z]{2,4})(?: ?[/:] ?[A-Za-z]{2,3})?"
)
_MONTH = (
    "(?:"
    + "|".join(
        f"[{m[0]}{m[0].lower()}]{m[1:]}|{m.upper()}"
        for m in "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
    )
    + ")"
)
# abbreviations in capitals that two or three letters are likelier to be, wherever no other list is asked
_NOT = (
    "(?!(?:"
    + "|".join(
        """MD DO RN PA NP AM PM US ER PR OR IN ON AT TO BY NO IF IT IS HE PT DR MR MS FS LN TAH BSO SLN
            CT MRI THE ASCP AND FOR NOT CAP NA HER HIS OUR ALL ICU MMR MSI FNA LLL RLL RUL LUL RML IHC PAS
            GMS AFB TRU II III IV ONE TWO NOS WHO DNA RNA QC QA DOB SPEC NEW LEFT ANY BE AS OF UP OK CPT
            WAS ARE HAS HAD BUT TCGA UUID HPV EGFR ALK ROS KRAS""".split()
    )
    + r"|M\.D)\b)"
)
_LABELLED_LETTERS = (
    rf"(?P<value>{_NOT}(?:[A-Z]{{2,4}}|[A-Z]\.(?: ?[A-Z]\.?){{1,2}}|[A-Z][a-z][A-Z]|[A-Z][A-Za-z]{{1,2}}[A-Z]"
    r"|(?<=: )[a-z]{2,3})(?: ?[/:] ?[A-Za-z]{2,3}){0,2})(?![\w-]|['’])(?=[ ,;.)\n]|$)"
)
_SMALL = frozenset(
    """the our his her me my us an pa np md rn ct a in on at to of by for and or is it as be we he was had
    has not no so do if up out off all any who new old two one six ten see per via cm mm ml mg kg am pm st
    nd rd th vs re pt pts dr mr ms you can may did due low end top tip ink red fat hpf id ext tel fax fig
    yrs yo are but its que les des de la le et al im iv sc po bid tid prn tbc gm gms em oz bu ok fs lt rt
    bx hx dx rx tx sx left ref acc lab cc inc etc ie eg ca uk""".split()
)
_DEGREES_AND_PLACES = frozenset(
    """md do us pm am rn phd po ie eg na id oc bs ba ma dds dvm usa mph no pt dr st bd""".split()
)
_UNITS = frozenset("dl hr kg sec min day wk neu mm ml hpf".split())
_BY_MISREAD = frozenset("bv hy ay ly py oy bx".split())  # "by" as scanners read it

_ONE_MISREAD = re.compile(r"[A-Z]l|^xl$|^x[A-Z]$")  # a one that was read as a letter: R1, x1, LL
_GENE_OR_LEVEL = re.compile(r"[IVX]{1,3}[A-C]")
_REGULATION = re.compile(r"(?i)\b(?:required|regulated|approved|cleared) (?:by|under) ?$")
_CLONE = re.compile(r"\W{1,2}\d\d(?!\d)(?![/.-]\d)| \d[./]\d(?![/.\d])")  # of a stain: MOC -31
_GOES_ON = re.compile(r" [A-Za-z]{2}")
_ANNOUNCED = re.compile(r"(?i)(?:by|per|[:=>#]) ?$")
_LABELLED = re.compile(r"(?i)(?:by|per|[:=#(-]) ?$")
_LISTED = re.compile(r"\w, $")
_FULL_DATE = re.compile(r"\d[./-]\d{1,2}[./-]\d{2,4} ?$")
_PER_UNIT = re.compile(r"(?i)/(?:mm|ml|dl|hpf|cm|yo)")


def _parts(value: str) -> list[str]:
    """The runs of letters of a value."""
    return [part for part in re.split(r"[^\w]+", value) if part]


def _key(value: str) -> str:
    """The letters of a value in lower case."""
    return re.sub(r"\W", "", value).lower()


def _before(match: re.Match, most: int) -> str:
    """Up to `most` characters before the value."""
    start = match.start("value")
    return match.string[max(0, start - most) : start]


def _cue(match: re.Match) -> str:
    """What the expression matched before the value."""
    return match.string[match.start() : match.start("value")]


def _is_one_letter(part: str) -> bool:
    """Whether a run of letters is one letter over and over, as where something was left out: XX, XXX."""
    return len(part) > 1 and len(set(part.lower())) == 1


def _is_word(key: str, tier: int) -> bool:
    """Whether the list of clinical English has a word of this tier or a commoner one."""
    return lexicons()[0].get(key, 0) >= tier


def _is_broken_word(match: re.Match) -> bool:
    """Whether a word before makes one clinical word with these letters: gross ly."""
    value = match.group("value")
    before = re.search(r"([A-Za-z]{3,12}) $", _before(match, 13))
    return before is not None and value.islower() and _is_word((before[1] + value).lower(), 3)


def _among_capitals(match: re.Match) -> bool:
    """Whether most words beside are in capitals too, so that capitals say nothing."""
    start, end = match.span("value")
    near = match.string[max(0, start - 30) : start] + " " + match.string[end : end + 30]
    words = re.findall(r"[A-Za-z]{4,}", near)
    return sum(w.isupper() for w in words) > len(words) / 2


def _may_be_initials(part: str) -> bool:
    """Whether a run of letters is no small word, no abbreviation of a report and no misread figure."""
    key = part.lower()
    if _ONE_MISREAD.search(part) or key in _SMALL:
        return False
    return key not in (STOP if part.islower() else ABBREVIATIONS)


def _is_signer(match: re.Match) -> bool:
    """Letters after a verb, a role or a sentence: no abbreviation, no small word, no piece of a word."""
    value = match.group("value")
    parts = _parts(value)
    if any(map(_is_one_letter, parts)) or value.lower() in _BY_MISREAD or _is_broken_word(match):
        return False
    announced = _ANNOUNCED.search(_cue(match)) is not None
    in_prose = value.islower() and _GOES_ON.match(match.string, match.end("value"))
    if not announced and (in_prose or _among_capitals(match)):
        return False
    everyday = 4 if announced else 3
    if any(len(part) > 2 and _is_word(part.lower(), everyday) for part in parts):
        return False
    if len(parts) > 1 and all(len(part) == 1 for part in parts):
        return "".join(parts).lower() not in _SMALL
    return all(map(_may_be_initials, parts))


def _is_in_prose(match: re.Match) -> bool:
    """Initials in running text, where an abbreviation is likelier: few letters, none reports abbreviate."""
    value = match.group("value")
    key = _key(value)
    if key in _SMALL or key in STOP or len(key) > (3 if value.isupper() else 4):
        return False
    if "." not in value and (key in ABBREVIATIONS or _is_word(key, 4 if len(key) == 2 else 3)):
        return False
    if _GENE_OR_LEVEL.fullmatch(value) or _REGULATION.search(_before(match, 24)):
        return False
    end = match.end("value")
    return not _CLONE.match(match.string[end : end + 6]) and not _among_capitals(match)


def _is_dotted(match: re.Match) -> bool:
    """Letters with full stops that are no degree, no country, no label and no part of a list."""
    key = _key(match.group("value"))
    end = match.end("value")
    if len(set(key)) == 1 or match.string[end : end + 1] == ":":
        return False
    if key in _DEGREES_AND_PLACES or (key in ABBREVIATIONS and key != "rs"):
        return False
    return not _LISTED.search(_before(match, 4)) and not _among_capitals(match)


def _is_pair(match: re.Match) -> bool:
    """Letters of two people, no unit and no abbreviation: DRP/lkh, not mg/dl."""
    parts = [part.lower() for part in re.split(r" ?[/:] ?", match.group("value"))]
    known = any(part in ABBREVIATIONS or part in _SMALL or part in STOP for part in parts)
    return not known and parts[1] not in _UNITS


def _is_labelled(match: re.Match) -> bool:
    """Letters after a label or "by", or written as only initials are (DdR), that are no abbreviation."""
    value = match.group("value")
    if not _LABELLED.search(_cue(match)) and not re.fullmatch(r"[A-Z][a-z][A-Z]", value):
        return False
    if _ONE_MISREAD.search(value) or _is_one_letter(value):
        return False
    return value not in STOP and value.lower() not in ABBREVIATIONS


def _are_no_words(match: re.Match) -> bool:
    """Whether two people's letters are not two words of a form: date/time."""
    return not all(len(part) > 2 and _is_word(part.lower(), 3) for part in _parts(match.group("value")))


def _follows_date(match: re.Match) -> bool:
    """Whether a whole date stands before."""
    return _FULL_DATE.search(match.string[max(0, match.start() - 12) : match.start()]) is not None


def _is_no_rate(match: re.Match) -> bool:
    """Whether the second letters are no unit: GH/kl, not WBC/mm."""
    return _PER_UNIT.search(match.group()) is None


def _is_no_abbreviation(match: re.Match) -> bool:
    """Whether no report abbreviates a term so."""
    return match.group("value").lower() not in ABBREVIATIONS


def _initials(
    expression: str,
    score: float,
    check: Callable[[re.Match], bool] | None = None,
    sign: Sign | None = None,
) -> Pattern:
    """A pattern whose group `value` is someone's initials."""
    return pattern("INITIALS", expression, score, "value", check, sign=sign)


# letters that a small word follows, as it does one who works or speaks
_BEFORE_VERB = sign(r"[A-Z.-] (?=[a-zQ])", reach=14)


def _after_thanks(between: str) -> str:
    """An expression that looks behind for a word of thanks and what stands between it and a name."""
    words = ("thx", "thanks", "ta", "cheers", "regards")
    return "|".join(f"(?<=[{word[0].upper()}{word[0]}]{word[1:]}{between})" for word in words)


class InitialsRecognizer(PatternRecognizer):
    """Initials of those who dictated, transcribed, cut or signed."""

    PATTERNS = (
        # who dictated, and the initials of who typed: Dictated: Larsen/AB
        _initials(
            r"\b(?:(?i:dict(?:ated|ation)?|transcribed|typed|signed|d|t)\.?(?: ?by)?[ ]?[:=] ?"
            r"|(?i:dictated|transcribed|typed|signed) (?i:by) |(?i:dict)\.? )"
            r"(?:[A-Z][\w'’-]{1,20}(?: [A-Za-z][\w'’-]{1,20})? ?[/\\] ?)"
            rf"(?P<value>{_NOT}[A-Za-z]{{2,4}}(?: ?[:/] ?[A-Za-z]{{2,4}})?)(?!\w)",
            0.95,
        ),
        # a verb or a role, "by" or a mark, and capitals: gross by P.T., Path: GHT
        _initials(
            rf"(?i)\b(?:{_WORKED}|prepared|processed|{_ROLE}|{_FIELD})(?: (?:by|per))? ?[:=#(-]{{0,2}} ?"
            rf"(?-i:{_LABELLED_LETTERS})",
            0.75,
            _is_labelled,
        ),
        _initials(rf"\b[DdTt](?: (?i:by|per))? ?[:=#(-]{{0,2}} ?{_LABELLED_LETTERS}", 0.75, _is_labelled),
        # a role before and another after, or a line's end: macro SJ micro DLP
        _initials(
            r"\b(?:[Mm]acro|[Mm]icro|[Cc]ut|[Gg]ross|[Pp]ath|[Rr]es|[Tt]ech|BMS)[ :]{1,2}"
            rf"(?P<value>{_NOT}[A-Z]{{2,3}})(?= (?:micro|macro|cut|typed|path|res|tech)\b|\s*$|\n)",
            0.75,
        ),
        # at a line's end after a date and a slash: 4.7.13 / AK
        _initials(rf"(?<=[\d ])/ ?(?P<value>{_NOT}[A-Z]{{2,3}})(?=\s*$|\n)", 0.75, _follows_date),
        # before a date: AB/cd 3/4/2011, AB 03/14/2019
        _initials(
            rf"(?<![\w./:-])(?P<value>{_NOT}{_SLASHED})"
            r"(?=,? {1,2}(?:[0-9OIl]{1,2} ?[/.-] ?[0-9OIl]{1,2} ?[/.-]|(?:19|20)\d\d[-/]?\d"
            rf"|\d{{1,2}}[- ]?{_MONTH}|{_MONTH}[a-z]{{0,7}}\.? \d))",
            0.9,
            _are_no_words,
            sign=sign(r"[/:](?= ?[A-Za-z]{2,4},? )", reach=16),
        ),
        _initials(
            rf"(?<![\w./:-])(?P<value>{_NOT}[A-Z]{{2,3}})"
            rf"(?= {{1,2}}(?:[0-9]{{1,2}}/[0-9]{{1,2}}/\d\d|(?:19|20)\d\d[-/]\d\d|\d{{1,2}}-{_MONTH}"
            rf"|{_MONTH}[a-z]{{0,7}}\.? \d{{1,2}},? \d|{_MONTH}[a-z]{{0,7}}\.? (?:19|20)\d\d))",
            0.8,
        ),
        # a physician's and a typist's before a full stop: MAO/rt
        _initials(
            rf"(?<![\w./:-])(?P<value>{_NOT}[A-Z]{{2,4}} ?/ ?[a-z]{{2,3}})(?![\w/-])(?=\s*(?:[.;,)\n]|$))",
            0.75,
            _is_no_rate,
        ),
        # someone who works: NN stained them
        _initials(
            rf"\b(?P<value>{_NOT}(?:[A-Z]{{2,4}}|[A-Z]\.[A-Z]\.))"
            r" (?=(?:cut|stained|dictated|transcribed|grossed|embedded|typed|screened|signed|accessioned"
            r"|notified|reviewed) )",
            0.75,
            sign=_BEFORE_VERB,
        ),
        # "cut by", "grossed", "typed", "cosigned": the end of what was done, then who
        _initials(
            rf"(?i)\b{_WORKED}{_HOW}(?:[ _](?:by|per|with|w/|for|to))?{_BY_WHOM}[ :=#>(\[~-]{{1,4}}"
            rf"(?-i:{_SEVERAL})",
            0.74,
            _is_signer,
        ),
        # "sections by", "written up per", "reported:"
        _initials(
            rf"(?i)\b(?:(?:{_DONE}|{_MADE}){_HOW} (?:by|per|w/)|(?:reported|final) ?:){_BY_WHOM}"
            rf"[ :=(\[]{{1,3}}(?-i:{_SEVERAL})",
            0.74,
            _is_signer,
        ),
        # a role, then who: Histotech DdR, clerk kb, PA (C.V.), reviewer:gvb
        _initials(
            rf"(?i)\b(?:{_ROLE}|{_FIELD})(?:['’]s)?{_OF_ROLE}"
            rf"[ :=#>(\[~,-]{{1,3}}(?-i:(?P<value>{_LETTERS}(?: ?/ ?{_LETTERS}){{0,2}}))(?![\w/@-]|['’.]\w)",
            0.74,
            _is_signer,
        ),
        # with, to, from, per, thanks to someone
        _initials(
            r"(?i)\b(?:(?:w/|d/w|with|per|by|via|from|to|and|&|cc|attn|ask(?:ed)?|tell|told|thx|thanks"
            rf"|thank you|ta|cheers|regards|best|cosig|{_TYPED}|{_READ}|{_SIGNED}|review)[ ,:./-]{{1,2}})"
            rf"(?-i:(?P<value>{_CAPITALS}|(?:[A-Z]\.[ -]?){{2,4}}(?:[A-Z]\b)?))(?![\w@-]|['’.]\w|/\d)",
            0.7,
            _is_in_prose,
        ),
        # someone who works or speaks: JKT to review, BLT initialled
        _initials(
            rf"(?<![\w./-])(?P<value>{_CAPITALS}|(?:[A-Z]\.-?){{2,4}})"
            rf" (?=(?:{_TYPED}|{_CUT}|{_READ}|{_SIGNED}|{_FILED}"
            r"|agrees?|concurs?|said|says|thinks?|asks|asked|queries|confirmed|called|rang|phoned|saw|seen|did|will"
            r"|aware|informed|happy|and (?:I|me)|pls|please|to (?:review|sign|call|check|cut))\b)",
            0.7,
            _is_in_prose,
            _BEFORE_VERB,
        ),
        # letters with full stops and nothing else: R.S., M.-C.L., H.d.S.
        _initials(
            r"(?<![\w./-])(?P<value>[A-Z]\.(?:-?(?:[A-Z]|d|v|de|O['’][A-Z]|Mc[A-Z])\.){1,3}"
            r"|[A-Z] ?\.[A-Z] \.(?:[A-Z] ?\.)?|(?<=[\"“‘' (\[])[a-z]\.[a-z]\.(?:[a-z]\.)?(?=[ )\]]))"
            r"(?![\w@]| ?[A-Z][a-z]|['’])",
            0.65,
            _is_dotted,
        ),
        # after a sentence, a bracket, a dash or a tabulator, before a date
        _initials(
            rf"(?:(?<=[.;,)\]*!?] )|(?<=[-–—~|/] )|(?<=\t))(?P<value>{_CAPITALS}|[a-z]{{2,3}})"
            rf"(?=,? {{1,3}}(?:[0-9]{{1,2}} ?[/.-] ?(?:[0-9]{{1,2}}|{_MONTH}|[IVXivx]{{1,4}})(?: ?[/.-]|\b)"
            rf"|(?:19|20)\d\d[-/.]?\d|\d{{1,2}} ?{_MONTH}|{_MONTH}[a-z]{{0,7}}\.? \d))",
            0.7,
            _is_signer,
            sign(r"(?:[.;,)\]*!?\-–—~|/] |\t)(?=[A-Za-z])", reach=0),
        ),
        # at the end of a text, after a dash, a sentence or thanks
        _initials(
            rf"(?:(?<=[-–—~] )|(?<=[.!?)] )|{_after_thanks(' ')}|{_after_thanks(', ')})"
            rf"(?P<value>{_CAPITALS}|(?:(?<=[-–—~] )|{_after_thanks(', ')})[a-z]{{2,3}})[.!]?\s*$",
            0.65,
            _is_in_prose,
            sign(r"[A-Za-z](?=[.!]?\s*$)", reach=10),
        ),
        # two people's: tn/BGO, PFK/dl, DRP/lkh
        _initials(
            rf"(?<![\w./:-])(?P<value>(?:{_CAPITALS}|[A-Z]{{2,4}}) ?[/:] ?[a-z]{{2,3}}"
            r"|[a-z]{2,3}/[A-Z]{2,4})(?![\w/-])",
            0.7,
            _is_pair,
            sign(r"[/:](?= ?[a-z]{2,3}(?![\w/-])|[A-Z]{2,4}(?![\w/-]))", reach=12),
        ),
        # mixed letters that no term has: HvR, CMcD, FvdM
        _initials(
            r"(?<![\w./-])(?P<value>[A-Z](?:v|vd|d|de|Mc|Mac|O['’])[A-Z]{1,2})(?![\w-])",
            0.65,
            _is_no_abbreviation,
        ),
        # of a patient whom a letter names by them
        _initials(
            r"(?i)\b(?:patient|pt|mr|mrs|ms|named|called|initials(?: are)?|subject"
            r"|this (?:gentleman|lady|man|woman))[ ,:\"]{1,3}"
            r"(?-i:(?P<value>(?:[A-Z]\.[ -]?){2,4}|[A-Z]{2,3}))(?![\w'’/-])",
            0.74,
            _is_signer,
        ),
    )
