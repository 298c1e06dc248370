"""Texts of 100 kB built to slow the gate down: what its rules begin with, over and over, not what would end it."""

import random
from collections.abc import Iterator

LENGTH = 100_000
NASTY = {
    "letters": "a" * 100_000,
    "capitals": "A" * 100_000,
    "digits": "1" * 100_000,
    "blanks": " " * 100_000,
    "dots": "." * 100_000,
    "slashes": "1/" * 50_000,
    "dashes": "1-" * 50_000,
    "names": "Smith " * 17_000,
    "commas": "Smith, " * 14_000,
    "initials": "A. " * 33_000,
    "titles": "Dr. " * 25_000,
    "labels": "Name: " * 17_000,
    "hospital": "Hospital of " * 8_500,
    "saints": "St. " * 25_000,
    "at": "a@" * 50_000,
    "mail": "a.b-c" * 20_000 + "@",
    "web": "http://" * 14_000,
    "host": "a." * 50_000,
    "dates": "1/1/1 " * 16_000,
    "months": "March " * 16_000,
    "numbers": "12 34 " * 16_000,
    "sizes": "1.0 x " * 16_000,
    "streets": "12 West " * 12_500,
    "call": "call at " * 12_500,
    "quotes": 'labeled "' * 11_000,
    "combining": "e\u0301" * 50_000,
    "dotted": "\u0130" * 50_000,
    "newlines": "\n" * 100_000,
    "nul": "\0" * 100_000,
    "mixed": "Aa1" * 33_000,
    "particles": "van de " * 14_000,
    "broken": "Sm ith " * 14_000,
    "carets": "AB^CD" * 20_000,
    "columns": "HOLM,ANN 12345 " * 6_600,
    "practices": "Holm Family Practice " * 4_700,
    "listed": "present ABC, " * 7_600,
    "brackets": "(ABC) " * 16_000,
}

# What rules and lexicons look for, to be put together at random.
PIECES = [
    *(
        "Dr. ",
        "Smith",
        "SMITH ",
        "O'Brien-Ng ",
        "J. ",
        "jk/",
        "MD, ",
        "van ",
        "St. ",
        "Mrs ",
        "Name: ",
        "by ",
    ),
    *(
        "12 ",
        "3/4",
        "1.5 x ",
        "2024-",
        "March ",
        "3rd of ",
        "aged 9",
        "O1l",
        "(604) ",
        "555-",
        "V5Z ",
        "S-24-",
    ),
    *(
        "Hospital ",
        "of ",
        "Clinic, ",
        "West ",
        "Street ",
        "@",
        ".org",
        "www.",
        "/",
        ":",
        "\n",
        "  ",
        "-",
        ".",
        ",",
    ),
    *("cc: ", "#", "é"),
]


def generated(count: int, seed: int) -> Iterator[tuple[str, str]]:
    """Texts that repeat one to five pieces drawn at random: (name, text) each."""
    draw = random.Random(seed)
    for _ in range(count):
        unit = "".join(draw.choices(PIECES, k=draw.randint(1, 5)))
        yield repr(unit), (unit * (LENGTH // len(unit) + 1))[:LENGTH]
