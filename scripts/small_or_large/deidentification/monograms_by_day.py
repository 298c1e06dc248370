"""Initials beside a day: who did something then, and who dictated and typed it."""

# ruff: noqa: E501, SIM905 - expressions are harder to read when wrapped

import re

from small_or_large.deidentification.letters import APART, TWO, UNITS, announced, each_free, free, unspoken
from small_or_large.deidentification.patterns import pattern, sign

MONTH = r"(?:J[Aa][Nn]|F[Ee][Bb]|M[Aa][Rr]|A[Pp][Rr]|M[Aa][Yy]|J[Uu][Nn]|J[Uu][Ll]|A[Uu][Gg]|S[Ee][Pp]|O[Cc][Tt]|N[Oo][Vv]|D[Ee][Cc])[A-Za-z]{0,6}\.?"
FULL_DATE = (
    r"(?:\d{1,4}[-/.] ?\d{1,2}[-/.] ?\d{1,4}"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?(?: of)?[- ]?{MONTH},?(?:[- ]\d{{2,4}})?|{MONTH}[ |]\d{{1,2}}(?:st|nd|rd|th)?(?:,? \d{{4}})?)"
)


def _pair_free(match: re.Match) -> bool:
    """Neither of two is an abbreviation or an everyday word; after a day they may be an abbreviation."""
    two = match.group("first"), match.group("second")
    return all(map(free, two)) or any(c.isdigit() for c in match.group(0)) and all(map(unspoken, two))


def dated(match: re.Match) -> bool:
    """After a day: no test, no everyday word, and no state or country (seen in May 2011, BC)."""
    value = match.group("value")
    return unspoken(value) and value.upper() not in _REGIONS | _ROMAN and value.lower() not in UNITS


_REGIONS = frozenset(
    "AB BC MB NB NL NS ON PE QC SK YT AL AK AZ AR CA CO CT DE FL GA HI ID IL IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY DC UK USA NSW VIC QLD TAS".split()
)
_ROMAN = frozenset("II III IV VI VII".split())


BY_DAY = (
    # two in brackets at the end of what they did: inked black (WTO/DK); after a day: (2/3/2010, RL/FM)
    *(
        pattern(
            "INITIALS",
            rf"\((?:{FULL_DATE}, ?)?(?P<first>{APART})[/|](?P<second>{APART})\)(?=[.,;]|\s)",
            0.88,
            which,
            check=_pair_free,
        )
        for which in ("first", "second")
    ),
    # a day, then who: repeated 10/21 by MK; for EGFR, 14/05/08, PL; read back 8.1.00 11:20 TLN.
    pattern(
        "INITIALS",
        rf"(?:(?<!\w)\d{{1,4}}(?: ?(?:hrs|hours|h|[ap]\.?m\.?))?|{MONTH} \d{{1,2}})(?:st|nd|rd|th)?,?(?: @ \d{{4}})? by (?P<value>{TWO}|[a-z]{{2,3}})(?=[.,;)]|\s*(?:$|\n|\|))",
        0.9,
        "value",
        check=dated,
    ),
    pattern(
        "INITIALS",
        rf"(?<![\w/.-]){FULL_DATE}(?:,? \d{{1,2}}[:.]?\d\d)?,? (?P<value>{TWO})(?=[.;)\]]|  |\s*(?:$|\n|\|))",
        0.88,
        "value",
        check=dated,
    ),
    # who, then the day, in brackets: (PKN, 6/2/2008)
    pattern(
        "INITIALS",
        rf"\((?P<value>{APART}), {FULL_DATE}\)",
        0.9,
        "value",
        check=dated,
    ),
    # what was typed or checked, when and by whom: Typed 24.04.2003 ekw; checked 25.04.2003 ysn
    pattern(
        "INITIALS",
        rf"(?i:\b(?:t ?yp(?:ed)?|checked|revwd|transcribed|dictated|proofed|keyed|scanned|filed|entered)\.?) {FULL_DATE},? (?P<value>[a-z]{{2,3}})(?=[.,;)]|\s*(?:$|\n|\|))",
        0.9,
        "value",
        check=announced,
    ),
    # what was done, the day, who: entered 14/6/01 AK;
    pattern(
        "INITIALS",
        rf"(?i:\b(?:entered|signed|dictated|typed|transcribed|reported|released|verified|coded|filed)) {FULL_DATE},? (?P<value>{TWO})(?=[.;,)])",
        0.9,
        "value",
        check=each_free,
    ),
    # dictator and typist in small letters after the day of typing: transcribed 1-13-13, ckn:rml
    *(
        pattern(
            "INITIALS",
            rf"(?i:\b(?:transcribed|typed|dictated|d|t|dd|dt))\b[: ]{{1,2}}{FULL_DATE},? (?P<first>[A-Za-z]{{2,3}})[:/](?P<second>[a-z]{{2,3}})(?=[.,;)]|\s|$)",
            0.92,
            which,
        )
        for which in ("first", "second")
    ),
    # a name, the typist, the day: JL Holm/kn/19 January 1998
    pattern(
        "INITIALS",
        rf"(?<=[A-Za-z]/)(?P<value>[a-z]{{2,3}})(?=/{FULL_DATE})",
        0.9,
        "value",
        sign=sign(r"/(?=[a-z]{2,3}/)", reach=0),
    ),
)
