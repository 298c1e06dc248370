"""Telephone, fax and pager numbers."""

# ruff: noqa: E501, SIM905 - expressions and word lists are harder to read when wrapped

import re

from small_or_large.deidentification.patterns import DIGIT, PatternRecognizer, pattern, real_digits

_SEP = r"[ .\-–~/]"  # between groups; a scanner makes a tilde of a hyphen
_FIGURE = "[0-9OoIlBSZb]"  # the rarer misreadings too, since the shape is strong
_WHOSE = r"(?: ?\((?:home|work|cell|mobile|office|day|night|evening|direct|[hwcmo])\))?"
_EXT = rf"(?:[ ,;]{{0,2}}(?:ext|x|extension|local|poste|loc)[. #:]{{0,3}}{DIGIT}{{1,5}})?"
_LABEL = (
    r"(?:\b(?:tele?phone|phone|ph[o0]n?[mn]e|ph|tel|fax|facsimile|pager?|pgr|beeper|bleep|cell(?:ular)?|mobile|mob|call(?:ed|ing)?|"
    r"contact|hot ?line|dial|ext(?:ension)?|voice ?mail|text|switchboard|home|office|work|direct line|number)\b"
    r"|(?<=[\s(])[tTfFpP](?=:))"
)
_NUMBER = rf"\+?\(?{DIGIT}{{1,4}}(?:[ .\-–~/()]{{0,3}}{DIGIT}{{1,5}}){{1,5}}"


def _plausible(match: re.Match) -> bool:
    text = match.group("number")
    count = sum(c.isdigit() or c in "OoIlB" for c in text)
    rarer = sum(c in "SZb" for c in text)
    return 7 <= count + rarer <= 16 and rarer < 3 and real_digits(text, 0.6)


def _international(match: re.Match) -> bool:
    """From eight figures, the country's with them, to fifteen."""
    text = match.group("number")
    return 8 <= sum(c.isdigit() or c in "OoIlB" for c in text) <= 16 and real_digits(text, 0.7)


_PAGES = re.compile(r"(?i) ?(?:of|/|-) ?\d")
_PAGE_LABEL = re.compile(r"(?i)page ?:")  # a page's number, where no one is paged
_FOOTER = re.compile(r"(?i)\W{0,3}page \d{1,4}\W{0,3}")


def _line(match: re.Match) -> str:
    """The line a match stands in, as far as a page's footer could reach."""
    start = match.string.rfind("\n", max(0, match.start() - 20), match.start()) + 1
    end = match.string.find("\n", match.end(), match.end() + 20)
    return match.string[start or max(0, match.start() - 20) : end if end > 0 else match.end() + 20]


class ContactRecognizer(PatternRecognizer):
    """Numbers at which a person or an office can be reached."""

    PATTERNS = (
        # with the country's code: +353 1 555 0172, +44 (0)l782 544776, 00353 94 2283993
        pattern(
            "PHONE",
            rf"(?<![\w.])(?:\+|00(?=[1-9]))(?P<number>[1-9]\d{{0,2}}(?:[ .\-–/]{{0,2}}\(?{DIGIT}{{1,5}}\)?(?![.,]\d)){{2,6}}){_EXT}(?![\w/])",
            0.9,
            check=_plausible,
        ),
        # a trunk zero and the rest in two pieces: 057278 5129; a letter for the label: T 98329 38204
        pattern("PHONE", r"(?<![\w.,/:-])0\d{4,5} \d{4,5}(?![\w-]|[./]\d)", 0.8),
        pattern(
            "PHONE",
            r"(?<![\w.])(?:[TFMtfm]|Ph|PH|Tel|TEL|Fax|FAX|Mob|Cell)[.: ]{1,3}(?P<number>\(?0?\d{2,5}\)?[ -]\d{3,5}(?:[ -]\d{3,5})?)(?![\w%/]|[.,-]\d)",
            0.85,
            "number",
            check=lambda m: 8 <= sum(c.isdigit() for c in m.group("number")) <= 13,
        ),
        # a mark misread, a digit read as a letter: 709-546~1696, 928 241 S907
        pattern(
            "PHONE",
            r"(?<![\w.,/-])(?:\+?1[ .-]{1,2})?(?P<number>\(?[2-9]\d{2}\)?(?:[ .~-]|~-) ?[0-9OIlSB]{3}(?:[ .~-]|~-)[0-9OIlSB]{4})(?![\w-])",
            0.85,
            check=lambda m: sum(c.isdigit() for c in m.group("number")) >= 8,
        ),
        # within a house, an exchange's digit before: pgr 4-0917, call me: 5-2281
        pattern(
            "PHONE",
            r"(?i)\b(?:pgr|pager|bleep|ext(?:ension)?|x|call (?:me|us|back)|ring me|reach me|phone|desk|office|dial)\b[ .:#@]{1,3}(?:at |on )?(?P<number>\d-\d{4})(?![\w-]|[./]\d)",
            0.85,
            "number",
        ),
        pattern(
            "PHONE",
            r"\b(?:Pager|Bleep|Ext)[ .:#]{1,3}(?P<number>[0-9SOIlB]{3,5})(?=[ ,;.]|$)",
            0.8,
            "number",
            check=lambda m: any(c.isdigit() for c in m.group("number")),
        ),
        # within a house, a star or an exchange's two figures before: ext. *8127, bleep 11-846
        pattern(
            "PHONE",
            r"(?i)\b(?:pgr|pager|paged?|bleep|beeper|ext(?:n|ension)?|hot ?line|after hours)(?: (?:on|at|no))?[ .:#]{1,3}(?P<number>\*\d{3,5}|\d{2}-\d{3,4})(?![\w%]|[.,/-]\d)",
            0.9,
            "number",
        ),
        # North American numbers anywhere, others and short ones after a word that announces them
        pattern(
            "PHONE",
            rf"(?<![\w.,/-])(?<!\d:)(?P<number>(?:\+?1[ .\-–]{{0,2}})?(?:\( ?{_FIGURE}{{3}} ?\){_SEP}{{0,3}}|{_FIGURE}{{3}}{_SEP}{{1,3}})"
            rf"{_FIGURE}{{3}} ?[ .\-–~] ?{_FIGURE}{{4}}){_EXT}(?![\w-])",
            0.95,
            check=_plausible,
        ),
        pattern(
            "PHONE",
            rf"(?<![\w.])(?P<number>\+\d{{1,3}}(?: ?\([0O]\))?(?:[ .\-–~]{{0,3}}\(?(?=[OIlBS]{{0,2}}\d)[0-9OoIlBS]{{1,9}}\)?){{1,6}}){_EXT}",
            0.92,
            check=_international,
        ),
        pattern(
            "PHONE",
            rf"(?<![\w.,/:+-])(?P<number>00[1-9]\d{{0,2}}[ .-]\(?\d{{1,5}}\)?(?:[ .-]{{1,2}}\d{{2,7}}){{1,4}}){_EXT}(?![\w-]|[./]\d)",
            0.9,
            check=_international,
        ),
        # a letter for telephone or fax in a letter's head or foot: T 98329 38204 F +91 161 2316 5291
        pattern(
            "PHONE",
            rf"(?<![\w-])[TtFfMm][:.]? {{0,2}}(?P<number>\+?\(?{DIGIT}{{2,5}}\)?(?:[ .\-–]{{1,3}}{DIGIT}{{2,5}}){{1,4}})(?![\w%/-]|[.,]\d| ?(?:cm|mm|x)\b)",
            0.9,
            "number",
            check=_plausible,
        ),
        # a separator lost or a blank inside: (319) 2623194, 919854-6396, (31 9) 262-3194
        pattern(
            "PHONE",
            r"(?<![\w.,/:+-])(?:\(\d{3}\) ?\d{7}|\d{6}-\d{4}|\d{3}[ -]\d{7})(?![\w%-]|[.,/]\d)",
            0.8,
        ),
        pattern(
            "PHONE",
            r"(?<![\w.,/-])(?<!\d )(?P<number>(?:1[ .-])?(?:\(\d ?\d ?\d\) ?|\d ?\d ?\d[-/])\d ?\d ?\d-\d ?\d ?\d ?\d)(?![\w-]|[.,/]\d)",
            0.9,
            check=lambda m: " " in m.group(0),
        ),
        # four or five figures within a house, and a scanner's letter among them: pgr 4-0917, Pager: S50
        pattern(
            "PHONE",
            r"(?i)\b(?:pgr|pager|page|bleep|beeper|ext(?:n|ension)?|call (?:me|us|back|him|her)|reach (?:me|us)|ring (?:me|us))(?: (?:on|at))?[ .:#]{1,3}(?P<number>\d-\d{4})(?![\w%]|[.,/-]\d)",
            0.9,
            "number",
        ),
        pattern(
            "PHONE",
            r"(?i)\b(?:pager|bleep|beeper)(?: (?:no|number|on))?[ .:#]{1,3}(?P<number>(?-i:(?=[A-Za-z|]{0,3}\d)[0-9OoIlBSZ|]{3,6}))(?![\w%]|[.,/-]\d)",
            0.97,
            "number",
        ),
        pattern(
            "PHONE",
            rf"(?i){_LABEL}(?: ?(?:number|no|num))?{_WHOSE}(?: (?:is|at|to|on))?[ .:#=\-]{{0,4}}(?:\( ?[a-z] ?\))?[ ]{{0,2}}(?P<all>(?P<number>{_NUMBER}){_EXT})(?![\w/:])",
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
                and not _PAGE_LABEL.match(m.group(0))
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
        # national numbers with a trunk zero: 0131 496 0228, (03) 5550 7182, 01 42 34 56 78
        pattern(
            "PHONE",
            rf"(?<![\w.,/-])(?P<number>\(?0\d{{1,4}}\)?(?:[ .-]{{1,2}}|(?<=\))|/)\d{{3,4}}[ .-]?\d{{2,4}}(?:[ .-]\d{{2,4}})?|0\d(?:[ .]\d\d){{4}}|0[17]\d{{2,3}} \d{{6}}){_EXT}(?![\w-]|[./]\d)",
            0.85,
            check=lambda m: 8 <= sum(c.isdigit() for c in m.group("number")) <= 12,
        ),
        # within a house: bleep me on 1190, page 0556, dect 4471, x2284, #7734 after a ward
        pattern(
            "PHONE",
            r"(?i)\b(?:bleep(?:ed|s)?|beep(?:er|ed)?|pag(?:e|er|ed|ing)|dect|vocera|spectralink|ascom|ext(?:n|ension)?|local|poste|mobile|mob|voice ?mail|switchboard|hot ?line|direct (?:line|dial)|speed dial|internal)\b(?: (?:me|him|her|us|them|no|number|on|at|is|to|via|the resident|resident|oncall|on call)){0,3}[ .:#=(x]{1,4}(?P<number>\d{3,6})(?![\w/%]|[.,-]\d)",
            0.8,
            "number",
            check=lambda m: (
                not _FOOTER.fullmatch(_line(m))
                and not _PAGES.match(m.string, m.end())
                and not _PAGE_LABEL.match(m.group(0))
            ),
        ),
        pattern(
            "PHONE",
            r"(?<![\w.,/-])(?<!\d )[xX] ?\.?(?P<number>[1-9]\d{3,4})(?<!000)(?![\w/%]|[.,-]\d| ?(?:mm|cm|x|mag|g|micro))",
            0.75,
        ),
        pattern(
            "PHONE",
            r"(?i)(?:/ ?|\b(?:ward|bench|room|resident|desk|reg(?:istrar)?|sho|unit|office|secretary|lab|line|call) )#(?P<number>\d{4,5})(?![\w/%-])",
            0.75,
            "number",
        ),
    )
