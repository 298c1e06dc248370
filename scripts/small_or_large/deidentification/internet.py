"""E-mail and web addresses: as they are typed, as they are spoken ("jo dot ray at lab dot org"), hidden, and scanned."""

# ruff: noqa: E501, SIM905 - expressions and word lists are harder to read when wrapped

import re

from small_or_large.deidentification.patterns import PatternRecognizer, pattern, sign
from small_or_large.deidentification.words import word

# ends of hosts that no clinical word is
_TLDS = tuple(
    """com org net edu gov info biz int mil health hospital clinic care med doctor online cloud app museum example test invalid local localhost
    lan internal intranet intra corp""".split()
)
_COUNTRIES = tuple(
    """ca us uk au nz ie za in sg my ph hk jp cn kr tw th id vn pk lk ng ke gh br mx ar cl co pe de fr nl be lu ch at it es pt dk se no fi is pl
    cz sk hu ro bg gr tr il ae sa eg ru ua ee lv lt si hr rs io ai eu ly me tv""".split()
)
_ANY_TLD = rf"(?:{'|'.join(_TLDS + _COUNTRIES)})"
_NAMED_TLD = rf"(?:{'|'.join(_TLDS)})"
_DOT = r"(?: ?\. ?| ?[(\[{<] ?(?:dot|punkt|punto) ?[)\]}>] ?| (?:dot|point|period) )"
_SAID_DOT = r"(?: ?[(\[{<] ?(?:dot|punkt|punto) ?[)\]}>] ?| (?:dot|point|period) )"
_HYPHEN = r"(?: (?:dash|hyphen|minus|underscore) )"
_AT = r"(?: ?@ ?| ?[(\[{<] ?(?:at|a|@|arobase) ?[)\]}>] ?)"
_PART = r"[\w+'’%-]{1,40}"
_HOST = r"[\w-]{1,63}"
_PATH = r"(?:[/?#:][^\s<>\"'\])|]{0,300}[\w/=#&-])?"


# an end that a scanner broke: lab.co m, lab.o rg
_BROKEN_TLD = r"(?:c ?o ?m|o ?r ?g|n ?e ?t|e ?d ?u|g ?o ?v)"
_HIDDEN_AT = re.compile(r"(?i)[(\[{<] ?(?:at|a|@|arobase) ?[)\]}>]|@ | @")
_SAID = re.compile(r"(?i)[ (\[{<](?:dot|punkt|punto)[ )\]}>]")
# what must stand in a text before an expression is tried: each begins with its rarest sign, since that is quick
_SLASHES = re.compile("/ ?/")
_MISREAD_AT = re.compile("[©®€¢]")
_SLASHED_HOST = re.compile(r"\.[A-Za-z]{2,12}[/?#]\w")
_AT_HOST = re.compile(r" at [\w-]{1,63}\.[a-z]")
_NAMED_HOST = sign(rf"(?i)\.{_NAMED_TLD}(?![\w-])", reach=340)
_LONG_HOST = sign(rf"\.{_ANY_TLD}(?![\w-])", reach=340)


def _lettered(match: re.Match) -> bool:
    """Whether both sides of the sign hold letters, so that "3 sections@4" is none."""
    name, _, host = match.group(0).partition("@")
    return bool(re.search(r"[^\W\d_]", host)) and (bool(re.search(r"[^\W\d_]", name)) or "." in host)


_PATHLIKE = re.compile(r"[\d?=_#-]|/[a-z]+/")


def _web(match: re.Match) -> bool:
    """A host of an unlisted kind counts where its path or its hyphens look like the web, not like "and/or" without a blank."""
    host, _, path = match.group(0).partition("/")
    return match.group(0).islower() and ("-" in host or host.count(".") > 1 or bool(_PATHLIKE.search(path)))


class InternetRecognizer(PatternRecognizer):
    """E-mail and web addresses."""

    PATTERNS = (
        # as typed; inside a house there may be no top-level domain; a scanner reads a comma for the full stop
        pattern(
            "EMAIL",
            r"(?<![\w.+@-])[\w+][\w.+'’%-]{0,63}@[\w-]{1,63}(?:[.,][\w-]{1,63}){1,5}(?!\w)",
            0.99,
            check=_lettered,
            needs=("@",),
        ),
        pattern(
            "EMAIL",
            rf"(?<![\w.+@-])[\w+][\w.+'’%-]{{0,63}} ?@ ?[\w-]{{1,63}}(?:- [a-z][\w-]{{1,40}})?(?:(?: ?\. ?[\w-]{{1,63}}){{0,3}} ?\. ?{_BROKEN_TLD}|(?:\.[\w-]{{1,63}}){{0,3}}(?:\. | \. ?){_ANY_TLD})(?!\w)",
            0.99,
            needs=("@",),
        ),
        # a scanner's blanks, a sign in brackets
        pattern(
            "EMAIL",
            rf"(?i)(?<![\w.+-]){_PART}(?:{_DOT}{_PART}){{0,4}}{_AT}{_HOST}(?:{_DOT}{_HOST}){{0,4}}{_DOT}{_ANY_TLD}(?![\w-])",
            0.99,
            hint=_HIDDEN_AT,
            sign=sign(r"(?i)@|[(\[{<] ?(?:at|a|arobase) ?[)\]}>]", reach=265),
        ),
        pattern(
            "EMAIL",
            r"(?i)(?<![\w.+-])[a-z][\w.+'-]{1,40} ?(?:\((?:at|a)\)|\[at\]|\{at\}|<at>) ?[\w-]{1,63}(?: ?(?:\.|[(\[{]dot[)\]}]) ?[\w-]{2,63}){1,4}(?![\w-])",
            0.99,
            sign=sign(r"(?i)[(\[{<]at?[)\]}>]", reach=46),
        ),
        # spoken, with one "dot" after the "at" at least
        pattern(
            "EMAIL",
            rf"(?i)(?<![\w.+-])(?:{_PART}(?:{_DOT}|{_HYPHEN})){{0,5}}{_PART} at (?:sign )?{_HOST}(?:(?:{_DOT}|{_HYPHEN}){_HOST}){{0,5}}{_SAID_DOT}(?:[a-z]{{2,12}})(?![\w-])",
            0.97,
            hint=_SAID,
        ),
        pattern(
            "EMAIL",
            rf"(?i)(?<![\w.+-])[\w+][\w.+'-]{{1,40}} at [\w-]{{1,63}}(?:\.[\w-]{{1,63}}){{0,4}}\.{_ANY_TLD}(?![\w-])",
            0.9,
            hint=_AT_HOST,
        ),
        # the sign misread
        pattern(
            "EMAIL",
            r"(?<![\w.+-])[A-Za-z][\w.+-]{1,40} ?[©®€¢] ?[\w-]{2,63}(?: ?[.,] ?[\w-]{2,63}){1,4}(?!\w)",
            0.95,
            hint=_MISREAD_AT,
        ),
        pattern(
            "EMAIL",
            rf"(?i)\be-?mail(?:ed|s)?(?: (?:address|id|me|us|to|at|is)){{0,2}}[ :=<]{{1,3}}(?P<mail>(?:[\w.+-]{{1,3}} )?[\w.+'-]{{1,40}} ?(?:@|&|\(a|\ba\b|\bQ\b|©) ?[\w-]{{2,63}}(?: ?[.,] ?[\w-]{{2,63}}){{1,4}}|[\w+-]{{1,30}}\.[\w.+-]{{2,60}}\.{_ANY_TLD})(?!\w)",
            0.99,
            "mail",
        ),
        pattern(
            "URL",
            r"(?i)(?<![\w-])[a-z][a-z0-9+]{1,9} ?[:;] ?/ ?/ ?[^\s<>\"'\])|]{2,300}[\w/=#&-]",
            0.99,
            hint=_SLASHES,
        ),
        pattern(
            "URL",
            rf"(?i)(?<![\w-])(?:https?|s?ftp) ?: ?/ ?/ ?[\w.-]{{1,100}}?\. ?{_BROKEN_TLD}(?:/[^\s<>\"'\])|]{{0,200}}[\w/=#&-])?(?![\w-])",
            0.99,
            hint=_SLASHES,
        ),
        pattern(
            "URL",
            r"(?i)(?<![\w-])(?:https?|s?ftp) ?: ?/ ?/ ?[\w-]{1,40}(?: ?\. ?[\w-]{1,40}){1,5}(?: ?/ ?[\w=?-]{1,40}){0,4}",
            0.99,
            hint=_SLASHES,
        ),
        pattern(
            "URL",
            r"(?i)(?<!\w)h ?t ?t ?p(?: ?s)?,? colon,? (?:forward )?slash,? (?:forward )?slash (?:[\w-]{1,40} (?:dot|slash|dash|hyphen|underscore|point) ){1,8}[\w-]{1,40}",
            0.99,
            needs=("slash",),
        ),
        pattern(
            "URL",
            rf"(?i)(?<!\w)(?:www|vvww|wvvw|wwvv|vvvvvv|ww w|w w w|wwww|hwww)(?:{_DOT}|,)[\w-]{{1,63}}(?:(?:{_DOT}|{_HYPHEN}|,)[\w-]{{1,63}}){{0,5}}(?: (?:forward )?slash [\w-]{{1,63}}){{0,4}}{_PATH}",
            0.99,
        ),
        pattern(
            "URL",
            rf"(?i)(?<![\w@.-])(?:[a-z0-9][\w-]{{0,62}}\.){{1,5}}{_ANY_TLD}[/?#][^\s<>\"'\])|]{{0,300}}[\w/=#&-]",
            0.97,
            hint=_SLASHED_HOST,
        ),
        pattern(
            "URL",
            r"(?<![\w@.-])(?:[a-z0-9][\w-]{1,62}\.){1,5}[a-z]{2,12}/[^\s<>\"'\])|]{1,300}[\w/=#&-]",
            0.9,
            check=_web,
            hint=_SLASHED_HOST,
        ),
        pattern(
            "URL",
            rf"(?i)(?<![\w@.-])(?:[a-z0-9][a-z0-9-]{{1,62}}\.){{1,5}}{_NAMED_TLD}(?![\w-])(?!\.\w)",
            0.93,
            sign=_NAMED_HOST,
        ),
        pattern(
            "URL",
            rf"(?<![\w@.-])(?:(?:[a-z0-9][a-z0-9-]{{1,62}}\.){{2,5}}|[a-z0-9]{{1,30}}-[a-z0-9-]{{1,30}}\.){_ANY_TLD}(?![\w-])(?!\.\w)",
            0.93,
            sign=_LONG_HOST,
        ),
        # spoken: a top-level domain or a path shows what it is
        pattern(
            "URL",
            rf"(?i)(?<![\w.-])(?:[\w-]{{1,40}}(?:{_SAID_DOT}|{_HYPHEN}|(?<=\w)\.(?=\w))){{1,5}}(?:(?!(?:is|it|in|at|be|my|no|me|us|so|to|as)\b){_ANY_TLD}(?![\w-])(?:(?: (?:forward )?slash |/)[\w-]{{1,63}}){{0,4}}|[a-z]{{2,12}}(?:(?: (?:forward )?slash |/)[\w-]{{1,63}}){{1,4}})",
            0.93,
            check=lambda m: re.search(r"(?i)\bdot\b", m.group(0)) is not None,
            hint=_SAID,
        ),
        # after a word that announces one, whatever it ends in
        pattern(
            "URL",
            r"(?i)\b(?:url|web ?site|web ?page|web address|(?:portal|page) (?:link|log ?in)|link|browser|viewer|log ?in(?: at)?|visit|online at|download(?:ed)? from|uploaded to|hosted (?:at|on)|available (?:at|on|via)|viewable (?:at|on|via)|images? (?:at|on))(?: (?:is|at|via|to|address))?[ :=>-]{1,4}(?P<value>[a-z0-9][\w-]{1,62}(?:\.[\w-]{2,63}){1,5}(?:[/?#][^\s<>\"'\])|]{0,300}[\w/=#&-])?)",
            0.93,
            "value",
            check=lambda m: (
                m.group("value").count(".") > 1 or "-" in m.group("value") or "/" in m.group("value")
            ),
        ),
    )

    def analyze(self, text: str, entities: list[str] | None = None, nlp_artifacts=None):
        """Addresses in `text`; one whose first word a scanner broke in two begins at the first piece."""
        found = super().analyze(text, entities, nlp_artifacts)
        for result in found:
            if result.entity_type == "EMAIL":
                result.start = _whole_start(text, result.start)
        return found


_PIECE = re.compile(r"(?<![\w.@-])([A-Za-z]{2,12}) $")
_FIRST = re.compile(r"[A-Za-z]{2,16}(?=[.@_])")


def _whole_start(text: str, start: int) -> int:
    """Where an address begins whose name stands in two pieces: "Bra ndon.Black@..." when the pieces make a name."""
    before, first = _PIECE.search(text, max(0, start - 14), start), _FIRST.match(text, start)
    if not before or not first:
        return start
    whole, rest = word(before[1] + first[0]), word(first[0])
    joined = (whole.surname or whole.given) and not (rest.word or rest.surname or rest.given)
    return before.start(1) if joined else start
