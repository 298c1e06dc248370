"""What the recognizers of numbers share: how a number is written, and what only looks like one that identifies."""

import re

from small_or_large.deidentification.patterns import DIGIT, digits, real_digits

# the next field's label without a blank before it: 0069382Accession: ...
_NEXT_LABEL = r"(?=[A-Z][a-z]{2,12}(?: [A-Za-z]{2,10})?[:#])"
# a number with the letters and marks that laboratories and hospitals put among its figures
VALUE = (
    rf"(?P<value>[A-Z]{{0,4}}[a-z]?[ \-./:]?{DIGIT}{{1,12}}"
    rf"(?:(?:[ \-./:]|- | -)?[A-Za-z]{{0,3}}{DIGIT}{{1,10}}){{0,4}}(?:-[A-Z0-9]{{1,2}})?)"
    rf"(?:(?!\w|[./]\d)|{_NEXT_LABEL})"
)

# a genetic locus, D3S1358, and how scanners read it
_LOCUS = re.compile(r"(?<!\w)D ?\d{1,2} ?S ?\d{2,4}(?!\w)")
_LOCUS_READ = re.compile(r"(?:[DO0] ?)?\d{1,2} ?[S8$5] ?\d{2,4}")
# a procedure's code
_PROCEDURE = re.compile(r"(?<!\w)88[0-9]{3}(?!\d)|(?i:\bcpt\b|\bihc\b)")
# what is counted, or whose codes have many figures
_COUNTED = re.compile(
    r"(?i)(?:cassettes?|blocks?|slides?|\bx|\bv(?:er(?:sion)?)?\.? ?\d\.\d{1,2}|"
    r"icd\S{0,4}|snomed|cpt|topography|morphology)[ :.]{1,2}$"
)


def figures_in(match: re.Match, place: str | int = "value") -> int:
    """How many figures stand in what was found."""
    return sum(c.isdigit() for c in match.group(place))


def has_figure(match: re.Match) -> bool:
    """A figure at least: "post cricoid" is no code."""
    return figures_in(match) >= 1


def has_three_figures(match: re.Match) -> bool:
    """Three figures at least."""
    return figures_in(match) >= 3


def figures_differ(match: re.Match) -> bool:
    """Three figures at least, mostly true and not all the same."""
    text = match.group("value")
    return figures_in(match) >= 3 and real_digits(text, 0.5) and len(set(digits(text))) > 1


def no_bars(match: re.Match, place: str | int = 0) -> bool:
    """Not the ones that a scanner reads in a bar code, no genetic locus, no procedure's code, no count or version."""
    text = match.group(place)
    if len(set(digits(text))) <= 2 and (place == 0 or set(digits(text)) <= {"0", "1"}):
        return False
    if _LOCUS_READ.fullmatch(text.strip()) and _LOCUS.search(_around(match, place, 300)):
        return False
    if re.search(r"88\d{3,4}$", text) and _PROCEDURE.search(_around(match, place, 30)):
        return False
    return (
        not text.isdigit()
        or _COUNTED.search(match.string, max(0, match.start(place) - 16), match.start(place)) is None
    )


def _around(match: re.Match, place: str | int, width: int) -> str:
    """What stands within `width` characters before and after a group of a match."""
    start, end = match.span(place)
    return match.string[max(0, start - width) : start] + " | " + match.string[end : end + width]


def case_number(match: re.Match) -> bool:
    """A number that names a case: at least three figures, and none of what only looks so."""
    return figures_in(match) >= 3 and no_bars(match, "value")
