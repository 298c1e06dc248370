"""Dates in every form a report writes them."""

import re

from presidio_analyzer import RecognizerResult

from small_or_large.deidentification.date_parts import WEEKDAY
from small_or_large.deidentification.dates_announced import ANNOUNCED
from small_or_large.deidentification.dates_in_figures import IN_FIGURES
from small_or_large.deidentification.dates_in_words import IN_WORDS
from small_or_large.deidentification.dates_with_months import WITH_MONTHS
from small_or_large.deidentification.patterns import PatternRecognizer
from small_or_large.deidentification.spans import may_hold

# the date of a guideline, a checklist or a classification, which tells nothing of the patient
_EDITION = re.compile(
    r"(?i)(?:\beffective|\bcases (?:prior to|before|after|since)|"
    r"\b(?:edition|ed\.|handbook|manual|protocols?|checklists?|guidelines?|template)"
    r"(?:,? and \w+ (?:protocol|checklist|guideline)s?)?[;,.( ]{1,3}"
    r"(?:version|revised|updated|published|posted|dated|of)?) ?(?:date:? ?)?$"
)
# one of these stands in every match
_OF_EDITION = "effective cases edition ed. handbook manual protocol checklist guideline template".split()
# sizes range from 2 to 3
_RANGE = re.compile(r"(?i)\brang(?:ing|es?|ed) (?:in size )?from $")
# a weekday, a time or what tells how far away: Tuesday, next, early, two weeks before
_BEFORE = re.compile(
    rf"(?i)\b(?:le |den |am |el |vom |du |the |(?:next |last )?{WEEKDAY}\b\.?,? (?:the )?|"
    r"(?:next|last|this|early|late|mid) |\d{1,2}:\d\d(?: ?[ap]m)?,? |"
    r"(?:(?:a|one|two|three|four|five|six|several|a few|\d{1,2}) (?:days?|weeks?|months?) |"
    r"the (?:day|week|month|night) )(?:before|after|prior to|following) )$"
)
_TIME = re.compile(r"(?i)[ ,T@]{1,3}[0-2O]?[0-9OIl][:h][0-5O][0-9OIl](?::[0-5]\d)?(?: ?[ap]\.?m\b\.?)?(?!\w)")


class DateRecognizer(PatternRecognizer):
    """Days, months with a year, years and seasons that tell when something happened to the patient."""

    PATTERNS = (*IN_FIGURES, *WITH_MONTHS, *IN_WORDS, *ANNOUNCED)

    def analyze(self, text: str, entities: list[str] | None = None, nlp_artifacts=None):
        """Dates in `text`, each with the weekday before it and the time of day beside it."""
        found = []
        for result in super().analyze(text, entities, nlp_artifacts):
            start, end = result.start, result.end
            first = max(0, start - 70)
            if may_hold(text[first:start], *_OF_EDITION) and _EDITION.search(text, first, start):
                continue
            if _RANGE.search(text, max(0, start - 24), start):
                continue
            before = _BEFORE.search(text, max(0, start - 48), start)
            if before:
                start = before.start()
            after = _TIME.match(text, end)
            if after:
                end = after.end()
            found.append(RecognizerResult("DATE", start, end, result.score))
        return found
