"""Health-insurance and social-security numbers.

Check digits: British Columbia's Personal Health Number (modulus 11), Ontario's (Luhn). Numbers that fail are still
taken where a label announces them: a mistyped number identifies as well as a right one.
"""

# ruff: noqa: E501 - expressions are harder to read when wrapped

import re

from small_or_large.deidentification.numbers import case_number, figures_in, has_figure, has_three_figures
from small_or_large.deidentification.patterns import (
    DAMAGED,
    DIGIT,
    PatternRecognizer,
    digits,
    pattern,
    real_digits,
)

# Quebec's: the first letters of the name, the date of birth
_RAMQ = rf"[A-Z]{{4}} ?-?{DIGIT}{{4}} ?-?{DIGIT}{{4}}"


def luhn(number: str) -> bool:
    """Luhn's check over all digits, as Ontario's and several other provinces' health numbers carry it."""
    total = 0
    for place, digit in enumerate(reversed(number)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 * (value > 9)
    return total % 10 == 0


def bc_phn(number: str) -> bool:
    """British Columbia's Personal Health Number: ten digits, first 9, weighted modulus 11."""
    if len(number) != 10 or number[0] != "9":
        return False
    weights = (2, 4, 8, 5, 10, 9, 7, 3)
    total = sum(int(d) * w % 11 for d, w in zip(number[1:9], weights, strict=True))
    return (11 - total % 11) % 11 == int(number[9])


def _ten_figures(match: re.Match) -> bool:
    """Ten figures with British Columbia's check digit, or with Luhn's and a mark among them."""
    number = digits(match.group(0))[:10]
    return bc_phn(number) or (
        len(number) == 10 and luhn(number) and re.search(r"[ -]", match.group(0)) is not None
    )


def _hidden_or_true(match: re.Match) -> bool:
    """Figures that are mostly true, those put out of sight (xxx-xx-1234) counted among them."""
    return real_digits(match.group(0).replace("x", "0").replace("X", "0"), 0.6)


def _has_four_figures(match: re.Match) -> bool:
    """Four figures at least."""
    return figures_in(match) >= 4


class HealthNumberRecognizer(PatternRecognizer):
    """Canadian health-card numbers by province, US social security numbers."""

    PATTERNS = (
        # after the name of a province's or a country's insurance
        pattern(
            "HEALTHNO",
            rf"(?i)\b(?:hcn|phn|ohip|ramq|nam|ahc(?:ip)?|mcp|msi|phin|hsn|uli|health ?(?:card|insurance|care|number|no)(?: ?(?:number|num|no|#))?|care ?card|personal health(?: ?(?:number|no))?|medicare|assurance maladie|nhs(?: no| number)?|nh[il1](?= ?#)|med[i1l]care|health no)\b[ .:#=\-(]{{0,5}}(?:is |no\.? )?(?P<value>(?-i:[A-Z]{{0,4}}) ?-?{DIGIT}{{2,10}}(?:[ -]{{1,2}}{DIGIT}{{1,6}}){{0,4}}(?:[ -]?(?-i:[A-Z]{{2}})(?!\w))?)(?!\w)",
            0.97,
            "value",
            check=has_three_figures,
        ),
        # groups of letters and figures after their label: MBI 4F19-TT3-TF98, Medicaid ID HA14593J
        pattern(
            "HEALTHNO",
            r"(?i)\b(?:mbi|hicn|med[i1l]care|medicaid|abha|h ?& ?c|member|policy)\b(?: ?(?:id|no|number|num)\b\.?| ?#)?[ .:#=]{1,4}(?P<value>(?-i:[A-Z0-9bl]{2,13}(?:[-~]{1,2}[A-Z0-9bl]{1,6}| \d{2,6}){0,4}))(?!\w)",
            0.9,
            "value",
            check=_has_four_figures,
        ),
        # a province before the word or a number sign after it: MB HEALTH 837 330 815, Health # 29234 1587, MC#: 4RM6 X73 NK14
        pattern(
            "HEALTHNO",
            r"(?i)(?:\b(?-i:AB|BC|MB|NB|NL|NS|NT|NU|ON|PE|QC|SK|YT|Ontario|Alberta|Manitoba) (?:health|medicare|hc)\b(?: ?(?:no|number|#|card))?|\bhealth ?#|\bmc ?#|\bmedicare (?:id|no)(?: ?\(mbi\))?)[ .:#]{0,4}(?P<value>(?-i:[A-Z0-9]*\d[A-Z0-9]*(?:[ -]{1,2}[A-Z0-9]*\d[A-Z0-9]*){0,4}(?: ?[A-Z]{2}(?!\w))?))(?!\w)",
            0.95,
            "value",
            check=_has_four_figures,
        ),
        # New Zealand's: three letters, then figures or, of late, figures and letters
        pattern(
            "HEALTHNO",
            rf"(?i)\bnh[il1](?: ?(?:no|number|num|#))?[ .:#=]{{1,4}}(?:is )?(?P<value>(?-i:[A-Z]{{3}} ?{DIGIT}{{2}} ?[0-9OIlA-Z]{{2}}))(?!\w)",
            0.97,
            "value",
            check=has_figure,
        ),
        # by their shape alone
        pattern("HEALTHNO", rf"(?<![\w-])(?P<value>{_RAMQ})(?![\w-])", 0.9, check=case_number),
        pattern(
            "HEALTHNO", r"(?<![\w.,/:+-])\d{4}[ -]\d{3}[ -]\d{3}(?:[ -]?[A-Z]{2}\b)?(?![\w-]|\.\d)", 0.85
        ),
        pattern(
            "HEALTHNO", r"(?<![\w.,/:+-])\d{10}(?:[ -]?[A-Z]{2}\b)?(?![\w-]|\.\d)", 0.75, check=_ten_figures
        ),
        pattern("HEALTHNO", r"(?<![\w.,/:+-])\d{5}-\d{4}(?![\w-]|\.\d)", 0.55),
        # a social-security number, its figures worn or put out of sight
        pattern(
            "SSN",
            rf"(?<![\w-])(?:{DIGIT}{{3}}|[xX*#]{{3}}) ?- ?(?:{DIGIT}{{2}}|[xX*#]{{2}}) ?- ?{DIGIT}{{4}}(?![\w-])",
            0.95,
            check=_hidden_or_true,
        ),
        # after a label a mark doubled, lost or misread, a digit read as a letter: SS#:220 31 7995, 434--373229
        pattern(
            "SSN",
            r"(?i)(?:\bss ?#|\bssn|\bsoc\. ?sec\.?|\bsocial security(?: number)?)[ :.#(]{0,4}(?-i:(?P<value>[0-9OIlSBb]{3}[ .~-]{0,2}[0-9OIlSBb]{2}[ .~-]{0,2}[0-9OIlSBb]{4}))(?!\w)",
            0.97,
            "value",
            check=has_three_figures,
        ),
        pattern(
            "SSN", r"(?<![\w-])\d{3}(?:--\d{2}-{0,2}|-{1,2}\d{2}--|-\d{2}(?=\d{4}(?!\d)))\d{4}(?![\w-])", 0.85
        ),
        pattern(
            "SSN",
            rf"(?i)\b(?:ssn|ss ?#|s\.s\.n\.?|soc(?:ial)?\.? ?sec(?:urity)?\.?(?: ?(?:number|no|num|#))?|sin)(?:\b|(?<=[#.]))[ .:#=\-]{{0,5}}(?:on file |is |no\.? |last (?:4|four) )?(?P<value>[0-9OoIlBbSZxX*]{{3}}[ ~-]{{0,3}}[0-9OoIlBbSZxX*]{{2,3}}[ ~-]{{0,3}}{DAMAGED}{{3,4}})(?!\w)",
            0.97,
            "value",
            check=has_figure,
        ),
    )
