"""Initials where their place shows them: beside their owner, in lists of who was there, after a role's colon, at an end."""

# ruff: noqa: E501 - expressions are harder to read when wrapped

import re

from presidio_analyzer import RecognizerResult

from small_or_large.deidentification.cues import ABBREVIATIONS
from small_or_large.deidentification.letters import (
    ANSWERS,
    APART,
    PERSONAL,
    TWO,
    UNITS,
    announced,
    each_free,
    free,
    listed,
    pair_unheard,
    unheard,
)
from small_or_large.deidentification.monograms_by_day import BY_DAY
from small_or_large.deidentification.monograms_in_turn import IN_TURN
from small_or_large.deidentification.patterns import PatternRecognizer, pattern, sign
from small_or_large.deidentification.people import CREDENTIALS, STOP
from small_or_large.deidentification.words import lexicons, word

_CAPITALS = rf"(?:{TWO}|[A-Z]\.(?: ?[A-Z]\.){{1,2}})"
_DATED = r"(?:\d{1,4}[-/. ]{1,2}(?:\d|[A-Za-z]{3})|[A-Z][a-z]{2,8}\.? \d|\d{2}[A-Z]{3})"
_ENDS = (
    rf"(?=[ \t]{{0,3}}(?:[.,;)|/\]\n]|$|[ \t]{{1,3}}{_DATED}|[ \t]{{2,}}|[ \t]\|| (?:and|&|at|on|with)\b))"
)


def _role(match: re.Match) -> bool:
    """After a role's colon capitals are who it was, unless they answer; small letters must spell nothing."""
    value = match.group("value")
    if value.lower() in CREDENTIALS:  # Signed by: MD - unless a day follows
        return _DAY.match(match.string, match.end()) is not None
    return value.lower() not in ANSWERS if value.isupper() else announced(match)


_DAY = re.compile(rf"[ \t]{{1,3}}{_DATED}")
_BRACKETS = re.compile(r"\(([A-Z]{2,4})\)")
_SEVERAL = re.compile(rf"\(({TWO}(?:(?:, ?| and | & |/){TWO}){{1,4}})\)")
_MET = re.compile(
    r"(?i)\b(?:mdm|mdt|tumou?r board|meeting|conference|discussed|panel|consensus|reviewed|present|pathologists|colleagues|readers|seen|agreed|consult(?:ation|ed)?)\b"
)
_OWNER = re.compile(
    r"(?P<title>\b(?:Dr|Prof|Mr|Mrs|Ms|Miss|DR|PROF|MR|MRS|MS|By|by)\.? )?(?P<name>(?<!\w)(?:[A-ZÀ-Ý][\w'’-]{0,20}\.? ){0,3}(?<!\w)[A-ZÀ-Ý][\w'’-]{2,20}(?: [a-z]{2,4})?) ?$"
)
_AGREE = re.compile(
    r" (?:concurs?|agrees?|all (?:agree|favou?r|concur)|both |favou?r|disagrees?|assisting|assisted|in attendance|(?:also|has|kindly|later|then) (?:reviewed|agree[sd]|concurs|looked|saw|seen|called|noted|requested|suggested|confirmed|examined))\b"
)
_PEOPLE = re.compile(rf"(?<![\w./-])(?:{TWO}(?:, ?| and | & |,? and )){{0,3}}{TWO}$")
_BETWEEN_TWO = sign(r"[A-Z][/:](?=[A-Za-z]{2})", reach=4)
_PAIR_AT_END = re.compile(rf"(?<=[.;\d)] )({TWO}) ?/ ?({TWO})\W?\s*$")
_SMALL_AT_END = re.compile(r"(?:(?<=[.!?] )|(?<=[-–—] ))([a-z]{2,3})\.?\s*$")


def _names(owner: re.Match, value: str) -> bool:
    """Whether letters are those of the name before them."""
    name = [word(p) for p in re.findall(r"[^\W\d_]+", owner.group("name"))]
    last, titled = name[-1], owner.group("title") is not None
    both = name[0].given > 1 and (value[0], value[-1]) == (name[0].plain[0].upper(), last.plain[0].upper())
    if last.word >= 3 and not (last.surname and (titled or both)) or last.plain in STOP:
        return False
    if not titled and any(w.word >= 3 and w.given < 2 for w in name[:-1]):
        return False  # Food and Drug Administration (FDA)
    letters = {w.plain[0].upper() for w in name if w.plain}
    own = titled or last.word == 0 or last.surname > 1
    return own and (value[-1] in letters or value[0] == last.plain[0].upper())


def _ends(key: str) -> bool:
    """Small letters that end a message, no word and no unit."""
    return lexicons()[0].get(key, 0) < 3 and key not in ABBREVIATIONS and key not in STOP and key not in UNITS


_LIST_LEAD = (
    r"(?i:present|attendees?|attended by|attending|in attendance|panel|quorum|at meeting|agreed at meeting|consensus(?: meeting)?|consultation|"
    r"conference|mdt|discussed|examined|reviewed|seen|independently|reported|confirmed|read) ?(?i:by)?:? {1,2}"
)


class MonogramRecognizer(PatternRecognizer):
    """Initials known by where they stand."""

    PATTERNS = (
        # the first, second and third of a list: present CVY, ZMQ, KMC; by SR and MKN; HB, LdS and MMcK all agree
        *(
            pattern(
                "INITIALS",
                rf"\b{_LIST_LEAD}(?:{TWO}(?:, ?| and | & | / ?)){{{before}}}(?P<value>{TWO})(?=(?:, ?| and | & | / ?){TWO}(?!\w)|[.;,)\n]|\s*$| (?:concur|agree|all|both)\w?)(?![\w-])",
                0.9,
                "value",
                check=listed,
            )
            for before in range(4)
        ),
        pattern(
            "INITIALS",
            rf"(?i:\bby )(?P<value>{TWO})(?= (?:with|and) {TWO} )",
            0.9,
            "value",
            check=listed,
        ),
        # given to TIN by SDH
        pattern(
            "INITIALS",
            rf"(?i:\b(?:given|reported|relayed|phoned|read|told|passed|communicated) to )(?P<value>{TWO})(?=(?: by\b|,| at\b))",
            0.9,
            "value",
            check=announced,
        ),
        pattern(
            "INITIALS",
            rf"(?i:\b(?:given|reported|relayed|phoned|read|told|passed|communicated) to ){TWO} by (?P<value>{TWO})(?!\w)",
            0.9,
            "value",
            check=announced,
        ),
        # a role, its colon, then who
        pattern(
            "INITIALS",
            rf"(?i:\b(?:prosector|macro|micro|cut[- ]?up|trim(?:med)?(?: by)?|embed(?:ded)?(?: by)?|typed by|transcribed by|dictated by|grossed by|cut by|job by|keyed by|entered by|stained by|checked by|verified by|signed by|screened by|typist|transcriptionist|dictator|prosected by|cutting|embedding|microtomy|staining|cover ?slip(?:ping)?|mounting|labell?ing|accessioning|registration|booking|scanning|qc|qa|proof(?:ed)?(?: by)?|coding|dissection|processing|decal|second reader|2nd reader|reader|second pathologist)) ?: ?(?P<value>{_CAPITALS}|[a-z]{{2,3}}){_ENDS}(?![\w-])",
            0.92,
            "value",
            check=_role,
        ),
        pattern(
            "INITIALS",
            rf"\b(?:consultant|pathologist|registrar|surgeon|resident|reporter|reviewer) (?P<value>{TWO})(?=[.,;)\n]|\s*$)",
            0.9,
            "value",
            check=each_free,
        ),
        # small letters after "by" and before an end or a date
        pattern(
            "INITIALS",
            rf"(?i:\b(?:entered|job|typed|keyed|transcribed|scanned|logged|scribed|dictated) by) (?P<value>[a-z]{{2,3}}){_ENDS}(?![\w-])",
            0.92,
            "value",
            check=lambda m: m.group("value") not in ("our", "the", "her", "his", "me", "us", "my", "an"),
        ),
        # what was done and by whom without a word between: Grossed TLB, typed kmw
        pattern(
            "INITIALS",
            rf"\b(?:Grossed|Typed|Dictated|Cut|Embedded|Trimmed|Screened|Stained|Reviewed|Checked|Prosected|Transcribed|grossed|typed|dictated|cut|embedded|trimmed|screened) (?P<value>{TWO})(?=[,.;)]|\s*$| (?:typed|cut|embedded|checked|signed|and)\b)",
            0.9,
            "value",
            check=each_free,
        ),
        # what was asked, called or seen, and in brackets who: Levels requested (HRT)
        pattern(
            "INITIALS",
            rf"(?i:\b(?:requested|ordered|asked|recut|seen|noted|called|reviewed|checked|agreed|dictated|typed|grossed|signed|paged|informed|photographed|read|verified|notified)) \((?P<value>{TWO})\)",
            0.9,
            "value",
            check=each_free,
        ),
        # spoke w/ BRN, paged TKL
        pattern(
            "INITIALS",
            rf"(?i:\bw/ ?|\b(?:paged|bleeped|rang|emailed|e-mailed|texted|phoned|informed|notified|alerted) )(?P<value>{TWO})(?=[.,;)]|\s*$| (?:re|about|at|on|and|for|with|who|of|to)\b)",
            0.9,
            "value",
            check=each_free,
        ),
        pattern(
            "INITIALS",
            r"\b(?:[Pp]atient|[Pp]t|Mr|Mrs|Ms|Miss|[Cc]lient)\.? (?P<value>[A-Z]\.(?: ?[A-Z]\.){1,2})(?! ?[A-Z][a-z])",
            0.88,
            "value",
        ),
        # who verified, after the day; a day, who, and what
        pattern(
            "INITIALS",
            rf"(?i:\b(?:verified|checked|entered|amended|corrected|confirmed|released)) [^\n;]{{0,24}}\d by (?P<value>{TWO})(?=[.,;)|\n ]|$)",
            0.92,
            "value",
            check=announced,
        ),
        pattern(
            "INITIALS",
            rf"(?i:\b(?:amended|corrected|added|addendum|edited|updated)) (?:\d{{1,4}}[-/.]\d{{1,2}}[-/.]\d{{1,4}}) (?P<value>{TWO})(?=[:,;])",
            0.92,
            "value",
            check=announced,
        ),
        # in brackets after a role: GROSS (per HGL, PA)
        pattern("INITIALS", rf"\((?i:per|by|via) (?P<value>{TWO})(?=[,;)])", 0.9, "value", check=each_free),
        # who took the picture: (photo KD)
        pattern(
            "INITIALS",
            rf"\((?i:photo(?:s|graphs?|graphed)?|images?|pictures?|dissected|dictated|typed|grossed)(?i: by)?:? (?P<value>{APART})\)",
            0.9,
            "value",
            check=announced,
        ),
        # sampled by TN, supervised by KLA; tracking initials GN
        *(
            pattern(
                "INITIALS",
                rf"{lead}(?P<value>{APART})(?=[.,;)\]]|\s*(?:$|\n|\|))",
                0.9,
                "value",
                check=listed,
                sign=before,
            )
            for lead, before in (
                (r"\b[a-z]{2,12}[ei]d by ?", sign("d by ?(?=[A-Z])", reach=18)),
                (r"(?i:\binitia[l1I]s?:? )", None),
            )
        ),
        # a role or a step, its colon, who: Signout: KM | Gross: HN | Typed: ckn
        pattern(
            "INITIALS",
            rf"(?i:\b(?:sign-?out|corrected|photographs?|photos?|photography|user|transcribed|typed|checked|gross(?:ed)?|cut-?up|dictated|sampled|entered|scanned|initials)): ?(?P<value>{APART}|[a-z]{{2,3}})(?=[.,;)]|\s*(?:$|\n|\|)| (?:\||{_DATED}))",
            0.9,
            "value",
            check=_role,
        ),
        # after a physician's credential: Y. K. Ito, MD (YK)
        pattern(
            "INITIALS",
            rf"\b(?:M\.? ?D\.?|D\.?O\.?|FRCPC|FRCPath|FCAP|PA|RN|PhD|MBBS),? \((?P<value>{APART})\)",
            0.9,
            "value",
            check=announced,
        ),
        # a role without a colon: Dictating physician LAK, transcriptionist SBN
        pattern(
            "INITIALS",
            rf"(?i:\b(?:(?:dictating|transcribing|signing|attending|grossing|reporting) (?:physician|pathologist|doctor|resident|assistant)|transcriptionist|typist|transcriber|prosector|dictator|proofreader)) ?:? ?(?P<value>{APART}|[a-z]{{2,3}})(?=[.,;)]|\s*(?:$|\n|\|))",
            0.9,
            "value",
            check=_role,
        ),
        # three capitals that clinical English does not have, where a person may stand: by TQW, 14:05 TQW; at 3 pm / TQW
        pattern(
            "INITIALS",
            r"(?:(?<=\b[Bb]y )|(?<=\bBY )|(?<=\d )|(?<=\d[,;] )|(?<= [ap]m )|(?<=[a-z]{3}: )|(?<=[a-z] [-–/] ))(?P<value>[A-Z]{3})(?=[),;/\]]|[.]?\s*(?:$|\n|\|)|\. [A-Z]| ?[-–/@] ?\d| \d{1,4}[-/:]\d| at \d| on \d)",
            0.76,
            "value",
            check=unheard,
        ),
        # two between strokes, one of them unheard: TQW/HR, TQW:hr
        *(
            pattern(
                "INITIALS",
                r"(?<![\w/.:-])(?<!\d\. )(?P<first>[A-Z]{2,3})(?P<mark>[/:])(?P<second>[A-Z]{2,3}|[a-z]{2,3})(?=[),;\]]|[.]?\s*(?:$|\n|\|)|\. [A-Z]| \d| [-–])",
                0.8,
                which,
                check=pair_unheard,
                sign=_BETWEEN_TWO,
            )
            for which in ("first", "second")
        ),
        *BY_DAY,
        *IN_TURN,
        # alone after a call, a time or a doctor: read back; DHC - requested by Dr. White. TYH
        pattern(
            "INITIALS",
            rf"(?:(?i:read[- ]?back(?: ok| confirmed)?)|\b(?:Dr|Mr|Mrs|Ms)\. [A-Z][\w'’-]{{1,20}}|\d ?(?:[ap]\.?m\.?|hrs|h))[.;,] (?P<value>{TWO})(?=[.]?\s*(?:\n|\||$|[A-Z][:.] ))",
            0.9,
            "value",
            check=each_free,
        ),
        # after a credential: M.D./BSC
        pattern("INITIALS", r"(?<=M\.D\./)[A-Z]{2,3}(?![\w/])", 0.9),
        pattern("INITIALS", r"(?<=MD/)[A-Z]{2,3}(?![\w/])", 0.9),
        pattern(
            "INITIALS", r"\b(?:pt|patient|mr|mrs|ms)\.? (?P<value>(?:[a-z]\.){2,3})(?![\w])", 0.85, "value"
        ),
    )

    def analyze(self, text: str, entities: list[str] | None = None, nlp_artifacts=None):
        """Spans of initials in `text` as RecognizerResult."""
        if entities is not None and "INITIALS" not in entities:
            return []
        found = super().analyze(text, entities, nlp_artifacts)
        for places in (
            self._beside_owner(text),
            self._together(text),
            self._agreeing(text),
            self._at_end(text),
        ):
            found += [RecognizerResult("INITIALS", a, b, s) for a, b, s in places]
        return found

    @staticmethod
    def _beside_owner(text: str):
        """J. Holm (JKH), Dr Adeyemi (TA)."""
        for match in _BRACKETS.finditer(text):
            owner = _OWNER.search(text, max(0, match.start() - 60), match.start())
            if owner is not None and _names(owner, match[1]):
                yield *match.span(1), 0.9

    @staticmethod
    def _together(text: str):
        """Those in brackets after a meeting or what people do: Discussed at the meeting (RJC, NVP, KLD)."""
        for match in _SEVERAL.finditer(text):
            people = list(re.finditer(TWO, match[1]))
            if _MET.search(text, max(0, match.start() - 40), match.start()) and all(
                free(p.group()) for p in people
            ):
                for one in people:
                    yield match.start(1) + one.start(), match.start(1) + one.end(), 0.9

    @staticmethod
    def _agreeing(text: str):
        """Those who agree or assist: HB, LdS and MMcK all favour it; with RS assisting."""
        for match in _AGREE.finditer(text):
            people = _PEOPLE.search(text, max(0, match.start() - 40), match.start())
            for one in re.finditer(TWO, people.group()) if people else ():
                if free(one.group()) or people.group() != one.group() and one.group().lower() in PERSONAL:
                    start = people.start() + one.start()
                    yield start, start + len(one.group()), 0.9

    @staticmethod
    def _at_end(text: str):
        """The letters that end a message: GFP / LK, or small ones after a full stop."""
        start = max(0, len(text) - 16)
        pair = _PAIR_AT_END.search(text, start)
        if pair and free(pair[1]) and free(pair[2]):
            yield *pair.span(1), 0.85
            yield *pair.span(2), 0.85
        last = _SMALL_AT_END.search(text, start)
        if last and _ends(last[1]):
            yield *last.span(1), 0.8
