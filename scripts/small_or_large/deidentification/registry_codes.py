"""Codes of registries, which identify no one but give labels away."""

# ruff: noqa: E501 - expressions are harder to read when wrapped

from small_or_large.deidentification.patterns import PatternRecognizer, pattern


class CodeRecognizer(PatternRecognizer):
    """Registry codes, which give a label away: ICD-O morphology and topography, ICD-10, SNOMED morphology."""

    PATTERNS = (
        # morphology: 8140/3, M-81403
        pattern("CODE", r"(?<![\w./-])(?:M ?-? ?)?[89]\d{3} ?/ ?[0-369](?:\d)?(?![\w/]|\.\d)", 0.95),
        pattern("CODE", r"(?<![\w./-])M-?[89]\d{4}(?!\w)", 0.9),
        # topography: C50.9
        pattern("CODE", r"(?i)(?<![\w./-])[CD] ?[0-9OI]\d ?\. ?[0-9OI]\d?(?![\w]|\.\d)", 0.9),
        # any after its label
        pattern(
            "CODE",
            r"(?i)\bicd[- ]?(?:o|9|10)?(?:-?[23]|-cm)?(?: (?:code|histology|site|morphology|topography))?[ :#]{1,3}(?P<value>[A-TV-Z]?\d{2,4}(?:[./]\d{1,2})?)(?!\w)",
            0.95,
            "value",
        ),
        # SNOMED's topography
        pattern("CODE", r"(?<![\w./-])T-?\d{5}(?!\w)", 0.85),
    )
