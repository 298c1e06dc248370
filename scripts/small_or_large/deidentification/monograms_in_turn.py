"""Initials that stand in turn with dates and steps: who dictated, who typed, who was on the machine, who presented."""

# ruff: noqa: E501 - expressions are harder to read when wrapped

import re

from small_or_large.deidentification.letters import TWO, announced, each_free, free, unheard, unspoken
from small_or_large.deidentification.monograms_by_day import FULL_DATE, MONTH, dated
from small_or_large.deidentification.patterns import pattern, sign
from small_or_large.deidentification.people import STOP

_TYPED = r"(?i:typed|typist|transcribed|transcription(?:ist)?|trans\.?|transcr\.?|keyed)"
_SMALL = r"[a-z]{2,3}"
_ANY_DAY = rf"(?:{FULL_DATE}|[\dOIl]{{1,2}}[-/. ][\dOIl]{{1,2}}[-/. ]\d{{2}}(?: ?[\dOIlSZ]{{1,2}})?|\d{{6,8}}|\d{{4}}-?{MONTH}-?[\dOIl]{{1,2}}|\d{{1,2}} ?{MONTH} [\dOIlSZ]{{4}}|{MONTH} [\dOIl]{{1,2}}(?:/\d\d|, ?[\dOIlSZ]{{4}}))"
_CLOCK = r"(?:,? \d{1,2}[:.]?\d\d(?: ?[ap]\.?m\.?)?)?"


def _both_unspoken(match: re.Match) -> bool:
    """Neither of two is an answer, a site or an everyday word."""
    return all(map(unspoken, re.findall(r"[A-Za-z]+", match.group("value"))))


def _small_unspoken(match: re.Match) -> bool:
    """Small letters that are no word of prose."""
    return match.group("value") in ("le", "la", "de", "du", "el", "al") or unspoken(match.group("value"))


def _no_small_word(match: re.Match) -> bool:
    """Letters that are no small word: after a day and "by" they may be anything else."""
    return match.group("value").lower() not in STOP


def _firsts_free(match: re.Match) -> bool:
    """No abbreviations and no words, in a line that is not all capitals."""
    two = [value for value in match.group("first", "second") if value]
    return all(map(free, two)) and any(
        c.islower() for c in match.string[max(0, match.start() - 30) : match.end() + 30]
    )


def _free_in_prose(match: re.Match) -> bool:
    """No abbreviation and no word, in a line that is not all capitals."""
    return each_free(match) and any(
        c.islower() for c in match.string[max(0, match.start() - 30) : match.end() + 30]
    )


IN_TURN = (
    # who dictated, then who typed: Dict. BS, typed ws, 12 OCT 2004
    *(
        pattern(
            "INITIALS",
            rf"\b(?i:dict(?:ated)?\.?|dictation|dictator)(?: by)?[: ]{{1,2}}(?P<first>[A-Za-z]{{2,4}})[,;/]? {_TYPED}(?: by)?[: ]{{1,2}}(?P<second>[A-Za-z]{{2,4}})(?=[.,;) ]|$)",
            0.95,
            which,
        )
        for which in ("first", "second")
    ),
    # a letter, a dictation typed: Consult letter typed ss, 2002/06/01
    pattern(
        "INITIALS",
        rf"\b(?i:typed|transcribed|keyed|embedded|sectioned|stained|cut|coverslipped|filed|scanned|coded|indexed)(?: by)? (?P<value>{_SMALL})(?=\.|[,;] ?{_ANY_DAY}|;)",
        0.9,
        "value",
        check=_small_unspoken,
    ),
    # edited KH:WH
    pattern(
        "INITIALS",
        r"\b(?i:edited|corrected|voice rec\.?|verified|reviewed),? (?P<value>[A-Z]{2,3} ?[:/] ?[A-Za-z]{2,3})(?![\w/])",
        0.92,
        "value",
        check=_both_unspoken,
    ),
    # after both days: D: 25-Jul-2006 T: 2006-07-26 ASL:DEP; D: 02/16/2018 1605 T: 02/18/2018 clf; D&T: 3/4/12 kl
    pattern(
        "INITIALS",
        rf"\b(?:[Dd]|DD|dd|(?i:dict(?:ated)?\.?|dictation))[: ]{{1,2}}{_ANY_DAY}{_CLOCK}[,;]? (?:[Tt]|DT|TD|dt|(?i:trans(?:cribed)?\.?|typed))[: ]{{1,2}}{_ANY_DAY}{_CLOCK},? (?:(?i:by):? )?(?P<value>[A-Z]{{2,4}}(?: ?[:/-] ?[A-Za-z]{{2,4}})?|[a-z]{{2,3}}(?:[:/-][a-z]{{2,3}})?)(?![\w/:-])",
        0.93,
        "value",
        check=_both_unspoken,
    ),
    # Transcribed: 11/11/01 By: ESH
    pattern(
        "INITIALS",
        rf"(?i:\b(?:transcribed|typed|dictated|entered|printed|verified|released|signed|coded|filed|gross(?:ed)?)):? {_ANY_DAY}{_CLOCK},? (?i:by):? ?(?P<value>{TWO}|{_SMALL})(?=[.,;)\s]|$)",
        0.93,
        "value",
        check=_no_small_word,
    ),
    # who, then the day, in brackets: (DV March 19, 2007); (apm, 17 JUN 2005); (arr/gln 2008-Dec-01)
    pattern(
        "INITIALS",
        rf"\((?P<value>[A-Z]{{2,4}}|[A-Za-z]{{2,3}} ?[/:] ?[A-Za-z]{{2,3}}),? (?={_ANY_DAY}[);,])",
        0.9,
        "value",
        check=_both_unspoken,
    ),
    pattern("INITIALS", rf"\((?P<value>{_SMALL}), (?={_ANY_DAY}[);,])", 0.9, "value", check=announced),
    # who had a part in the meeting: (JCS presenting)
    pattern(
        "INITIALS",
        rf"(?<![\w/.-])(?P<value>{TWO}) (?=(?:presenting|moderating|chairing|scribing|covering|on call|in attendance)\b)",
        0.9,
        "value",
        check=each_free,
        sign=sign(
            r"[A-Z] (?=presenting|moderating|chairing|scribing|covering|on call|in attendance)", reach=6
        ),
    ),
    # the day, then who, then what: Late entry 18 SEP 2002 JNM: see
    pattern(
        "INITIALS",
        rf"(?<![\w/.-]){FULL_DATE}{_CLOCK},? (?P<value>[A-Z]{{2,4}})(?=: [a-z])",
        0.9,
        "value",
        check=dated,
        sign=sign(r"[A-Z](?=: [a-z])", reach=44),
    ),
    # the user of a terminal before the next field: USER: FLZ NAME:
    pattern(
        "INITIALS",
        r"\b(?:USER|User|OPERATOR|Operator|TECH|Tech|CLERK|Clerk|TYPIST|Typist|OPER)(?: ?ID)? ?: ?(?P<value>[A-Za-z]{2,4})(?= (?!U)[A-Z][A-Za-z]{1,14}(?: [A-Z][a-z]{1,10})?:)",
        0.92,
        "value",
        check=announced,
    ),
    # three letters that clinical English does not have after what was done or kept: ID checked ASR. Tumor registry CTC.
    pattern(
        "INITIALS",
        r"(?i:\b(?:[a-z]{3,12}ed|coding|registry|abstract(?:ion|or)?|biobank|tissue bank|microtomy|staining|embedding|proofing|transcription|tech|cutting|grossing|scanning))(?: (?:by|per))?:? (?P<value>[A-Z]{3})(?=[.;)]|,? \d|\s*(?:$|\n|\|))",
        0.85,
        "value",
        check=_free_in_prose,
        sign=sign(r" (?=[A-Z]{3}(?:[.;)]|,? \d|\s*(?:$|\n|\|)))", reach=24),
    ),
    # before a day, in its odder forms: TECH TV 20210524; DTT 16 01 2004
    pattern(
        "INITIALS",
        r"(?:(?<=[.;)\]] )|\b(?i:tech|gross|cut|typed|signed|read) )(?P<value>[A-Z]{2,3})(?= (?:(?:19|20)\d{2}[01]\d[0-3]\d|[0-3]?\d [01]\d (?:19|20)\d\d|(?:19|20)\d\d-[A-Z][a-z]{2}-\d\d|[0-3]\d[A-Z][a-z]{2}(?:19|20)\d\d)(?!\d))",
        0.88,
        "value",
        check=each_free,
        sign=sign(r"[A-Z] (?=(?:19|20)\d\d|[0-3]?\d [01]\d (?:19|20)|[0-3]\d[A-Z][a-z])", reach=12),
    ),
    # alone between sentences after a stroke, or in brackets: /LBA. - (MJD) The
    pattern(
        "INITIALS",
        r"(?<=[.;:)] )/(?P<value>[A-Z]{2,3}|[a-z]{3})(?=[.;](?: |$|\n)|\s*(?:$|\n))",
        0.85,
        "value",
        check=_small_unspoken,
        sign=sign(r"/(?=[A-Za-z]{2,3}(?:[.;]|\s))", reach=1),
    ),
    pattern(
        "INITIALS",
        r"(?<=[.;][ \n])\((?P<value>[A-Z]{3})\)(?=[ \n][A-Z][a-z]|\s*$)",
        0.85,
        "value",
        check=unheard,
    ),
    # the typist after who dictated: Adeyemi/ccw D&T: 3/4/12
    pattern(
        "INITIALS",
        r"(?<=[a-z]/)(?P<value>[a-z]{2,3})(?= (?:D ?& ?T|D/T|D:|T:|DD|DT|(?:19|20)\d\d|\d{1,2}[-/]\d))",
        0.88,
        "value",
        sign=sign(r"/(?=[a-z]{2,3} )", reach=0),
    ),
    # two people's on a line of their own: AS/ams
    pattern(
        "INITIALS",
        r"(?:^|(?<=\n)|(?<=[.|] ))(?P<value>[A-Z]{2,4}[/:][a-z]{2,4})(?=\s*(?:\n|$)| \|)",
        0.85,
        "value",
        check=_both_unspoken,
        sign=sign(r"[/:](?=[a-z]{2,4}\s*(?:\n|$)|[a-z]{2,4} \|)", reach=5),
    ),
    # a part of the report and in brackets whose it is: FS (HKL): benign; ADDENDUM (HKL)
    pattern(
        "INITIALS",
        r"\b(?i:FS ?[A-Z0-9]?|frozen(?: section)?|gross|micro(?:scopic)?|macro(?:scopic)?|addendum|comment|ihc|fish|correction|amendment|prelim(?:inary)?|consultation|synoptic) \((?P<value>[A-Z]{3}|[A-Z][a-z][A-Z])\)(?=:| [A-Z]|,)",
        0.88,
        "value",
        check=each_free,
    ),
    # one or two after a step: Prelim HKL, final MNT; Concur: HKL, MNT; scored HKL / MNT
    *(
        pattern(
            "INITIALS",
            r"\b(?i:prelim(?:inary)?|final|concur(?:s|red)?|consult|on[- ]call|bench|cc|c/w|s/o|sgd|verified|scored|counted|witnessed|cut|micro|macro|gross|cover(?:ing)?|second read|countersigned|agreed?):? (?P<first>[A-Z]{3})(?P<more>(?:, ?| ?/ ?| and | & )(?P<second>[A-Z]{3})|)(?=[.;]|,? (?:final|who|typed|at|on|\d)|, [a-z]|\s*(?:$|\n))",
            0.86,
            which,
            check=_firsts_free,
        )
        for which in ("first", "second")
    ),
    # after what was done and a comma: Block re-embedded, HKL.
    pattern(
        "INITIALS",
        r"(?<=[a-z]ed, )(?P<value>[A-Z]{3})(?=\.(?: |$|\n))",
        0.86,
        "value",
        check=_free_in_prose,
        sign=sign(r"ed, (?=[A-Z]{3}\.)", reach=0),
    ),
    # three people's: HKL/MNT/rp
    *(
        pattern(
            "INITIALS",
            r"(?<![\w/.-])(?P<first>[A-Z]{2,3})/(?P<second>[A-Z]{2,3})/(?P<third>[a-z]{2,3})(?![\w/])",
            0.88,
            which,
            check=lambda m: all(map(free, m.group("first", "second", "third"))),
            sign=sign(r"/(?=[A-Z]{2,3}/[a-z])", reach=4),
        )
        for which in ("first", "second", "third")
    ),
    # small letters after what was sent: Copy sent by mnt. Faxed mnt 10:42
    pattern(
        "INITIALS",
        rf"\b(?i:sent|faxed|mailed|copied|logged|phoned|e-?mailed|printed|collated) (?:by )?(?P<value>{_SMALL})(?=\. |;| \d{{1,2}}:?\d\d\b|\.?\s*$)",
        0.86,
        "value",
        check=announced,
    ),
    # before a degree: HKL, MD
    pattern(
        "INITIALS",
        r"(?<=[.;:)] )(?P<value>[A-Z]{3})(?=, (?:M\.?D|D\.O|PA|RN|CT|HT|FRCP|FRCPC|MBBS)\b)",
        0.86,
        "value",
        check=each_free,
        sign=sign(r", (?=M\.?D|D\.O|PA\b|RN\b|CT\b|HT\b|FRCP|MBBS)", reach=6),
    ),
    # after a day where a sentence begins: 4/5/2011 HKL Sections show
    pattern(
        "INITIALS",
        rf"(?<![\w/.-]){FULL_DATE}{_CLOCK},? (?P<value>[A-Z]{{3}})(?= [A-Z][a-z])",
        0.86,
        "value",
        check=unheard,
        sign=sign(r"\d,? (?=[A-Z]{3} [A-Z][a-z])", reach=40),
    ),
    # after a dash without a blank: -HKL, --hkl
    pattern(
        "INITIALS",
        r"(?<=[.;)] )[-–—~]{1,2}(?P<value>[A-Z]{3}|[a-z]{3})(?=\.?(?: [A-Z]|\s*(?:$|\n)))",
        0.86,
        "value",
        check=unheard,
        sign=sign(r"[-–—~](?=[A-Za-z]{3}\.?(?: [A-Z]|\s*(?:$|\n)))", reach=3),
    ),
    # who dictated and who typed in a letter's reference: Our ref HKL/mnt/4471
    pattern(
        "INITIALS",
        r"\b(?i:ref(?:erence)?)\.?:? (?P<value>[A-Z]{2,3}[/:][A-Za-z]{2,3})(?=[/:.;, ]|$)",
        0.88,
        "value",
        check=_both_unspoken,
    ),
    # a step's colon, small letters, the next step: Cut: mnt Stain: rp; where someone sat: Workstation 4, mnt.
    pattern(
        "INITIALS",
        rf"\b(?:(?i:cut|stain(?:ed)?|embed(?:ded)?|gross(?:ed)?|typed|trim(?:med)?|mount(?:ed)?|filed|check(?:ed)?|label(?:led)?): ?|(?i:workstation|terminal|bench|station) \d{{1,2}}, )(?P<value>{_SMALL})(?= [A-Z][a-z]{{2,12}}:|[.;]|\s*(?:$|\n))",
        0.88,
        "value",
        check=announced,
    ),
)
