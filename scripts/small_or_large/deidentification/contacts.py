"""Telephone, fax and pager numbers, e-mail addresses and web addresses."""

# ruff: noqa: E501, SIM905 - expressions and word lists are harder to read when wrapped

import re

from small_or_large.deidentification.patterns import DIGIT, PatternRecognizer, pattern, real_digits

_EXT = rf"(?:[ ,;]{{0,2}}(?:ext|x|extension|local|poste|loc)[. #:]{{0,3}}{DIGIT}{{1,5}})?"
_LABEL = (
    r"(?:\b(?:tele?phone|phone|ph|tel|fax|facsimile|pager?|beeper|bleep|cell(?:ular)?|mobile|mob|call(?:ed|ing)?|"
    r"contact|hot ?line|dial|ext(?:ension)?|voice ?mail|text|switchboard|home|office|work|direct line|number)\b"
    r"|(?<=[\s(])[tTfFpP](?=:))"
)
_NUMBER = rf"\+?\(?{DIGIT}{{1,4}}(?:[ .\-–/()]{{0,3}}{DIGIT}{{2,5}}){{1,4}}"
_TLD = r"(?:com|org|net|edu|gov|info|biz|ca|us|uk|io|health|nl|de|fr|au|int|mil|eu|ie|nz|in|jp|cn|ch|it|es|be|se|no|dk|co)"


_DOTS = tuple(f".{end}" for end in re.findall(r"[a-z]+", _TLD))


def _plausible(match: re.Match) -> bool:
    text = match.group("number")
    count = sum(c.isdigit() or c in "OoIlB" for c in text)
    return 7 <= count <= 16 and real_digits(text, 0.6)


_PAGES = re.compile(r"(?i) ?(?:of|/|-) ?\d")
_FOOTER = re.compile(r"(?i)\W{0,3}page \d{1,4}\W{0,3}")


def _line(match: re.Match) -> str:
    """The line a match stands in, as far as a page's footer could reach."""
    start = match.string.rfind("\n", max(0, match.start() - 20), match.start()) + 1
    end = match.string.find("\n", match.end(), match.end() + 20)
    return match.string[start or max(0, match.start() - 20) : end if end > 0 else match.end() + 20]


class ContactRecognizer(PatternRecognizer):
    """How a person or an office can be reached."""

    PATTERNS = (
        pattern(
            "EMAIL",
            r"(?i)(?<![\w.+-])[\w.+-]{1,64} ?(?:@|\(at\)|\[at\]) ?[\w-]{1,63}(?: ?(?:\.|\(dot\)|\[dot\]) ?[\w-]{2,63}){0,3} ?(?:\.|\(dot\)|\[dot\]) ?(?:[a-z0-9]{2,4}|health|hospital|clinic|online|museum)(?![\w-])",
            0.99,
            needs=("@", "(at)", "[at]", "(AT)", "[AT]"),
        ),
        pattern(
            "EMAIL",
            r"(?i)\be-?mail(?: address)?(?: is)?[ :#]{1,3}(?P<mail>(?:[\w.+-]{1,30} )?[\w.+-]{1,64} ?@ ?[\w-]{1,63}(?: ?\. ?[\w-]{2,63}){1,4})",
            0.99,
            "mail",
        ),
        pattern("URL", r"(?i)\b(?:https?|ftp) ?: ?// ?[^\s<>\"')\]]{3,300}", 0.99),
        pattern(
            "URL", r"(?i)\bwww ?\. ?[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}(?:[/?#][^\s<>\"')\]]{0,300})?", 0.99
        ),
        pattern(
            "URL",
            rf"(?i)(?<![\w@.-])(?:[a-z0-9][a-z0-9-]{{0,62}}\.){{1,4}}{_TLD}/[^\s<>\"')\]]{{1,300}}",
            0.95,
            needs=_DOTS,
        ),
        pattern(
            "URL",
            r"(?<![\w@.-])(?:[A-Za-z0-9][A-Za-z0-9-]{1,62}\.){0,3}[A-Za-z0-9][A-Za-z0-9-]{2,62}\.(?:com|org|net|edu|gov|info|biz|ca|health)(?![\w-])",
            0.9,
            needs=_DOTS,
        ),
        # North American numbers anywhere, others and short ones after a word that announces them
        pattern(
            "PHONE",
            rf"(?<![\w.,/-])(?<!\d:)(?P<number>(?:\+?1[ .\-–]{{0,2}})?(?:\( ?{DIGIT}{{3}} ?\)[ .\-–/]{{0,3}}|{DIGIT}{{3}}[ .\-–/]{{1,3}})"
            rf"{DIGIT}{{3}} ?[ .\-–] ?{DIGIT}{{4}}){_EXT}(?![\w-])",
            0.95,
            check=_plausible,
        ),
        pattern(
            "PHONE", rf"(?<![\w.])(?P<number>\+\d{{1,3}}(?:[ .\-]{{0,2}}\(?\d{{2,5}}\)?){{2,5}}){_EXT}", 0.9
        ),
        pattern(
            "PHONE",
            rf"(?i){_LABEL}(?: ?(?:number|no|num))?(?: (?:is|at|to|on))?[ .:#=\-]{{0,4}}(?:\( ?[a-z] ?\))?[ ]{{0,2}}(?P<all>(?P<number>{_NUMBER}){_EXT})(?![\w/:])",
            0.85,
            "all",
            check=_plausible,
        ),
        pattern(
            "PHONE",
            rf"(?i)\b(?:page(?:r|d)?|bleep|beeper|ext(?:ension)?|local|phone|fax|tel|ph)\b[. :#]{{0,3}}(?P<number>{DIGIT}{{1,3}}-{DIGIT}{{4}}|{DIGIT}{{3,7}}(?:-{DIGIT}{{3,4}})?)(?![\w/%.]\d)",
            0.8,
            "number",
            check=lambda m: (
                real_digits(m.group("number"), 0.7)
                and len(m.group("number")) > 2
                and not _FOOTER.fullmatch(_line(m))
                and not _PAGES.match(m.string, m.end())
            ),
        ),
        pattern(
            "PHONE",
            rf"(?i)\b(?:page|call|contact|phone|reach|faxed|telephoned?|paged|text)\b[^.\n\d]{{1,60}}? (?:at|on|to|via|@):? (?P<all>(?P<number>{_NUMBER}){_EXT})(?![\w/:])",
            0.85,
            "all",
            check=_plausible,
        ),
        # after a label a scanner's S and Z too, and a digit lost
        pattern(
            "PHONE",
            r"(?i)\b(?:fax(?:ed)?|tel(?:ephone)?|phone|ph)\b(?: (?:to|at|no|number))?[.:# ]{1,3}(?P<number>(?-i:[0-9OoIlBSZ]{1,4}(?:[ .-][0-9OoIlBSZ]{3,4}){2,3}))(?![\w-])",
            0.85,
            "number",
            check=_plausible,
        ),
        pattern(
            "PHONE",
            r"(?<![\w.,/:-])(?P<number>\d{3}[-.]\d{4})(?:,? (?:ext|x)\.? ?\d{1,5})?(?![\w-]|\.\d)",
            0.7,
        ),
    )
