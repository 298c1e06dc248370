"""How many resent, corrected and misread reports are found as near-duplicates, and how much else is joined.

    python benchmarks/near_duplicates.py results/default/reports.parquet

Copies of a sample of reports are changed as registries see them, put beside all reports, and grouped with the
commands' own functions and settings. Prints the share of copies in the group of their original, the reports that
lie in a group without any copy added, and the largest group.
"""

import argparse
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "scripts"))

from small_or_large import near_duplicates
from small_or_large.schema.corpus import DuplicatesConfig

HEADER = "Received 03/04/2021 Accession S21-8837 Dr Mary Jones General Hospital Department of Pathology\n"
ADDENDUM = (
    "\nADDENDUM: immunohistochemistry for ER PR and HER2 was performed. ER positive 90 percent, PR positive "
    "40 percent, HER2 negative. See comment."
)
random = np.random.default_rng(0)


def misread(text: str, share: float) -> str:
    """The text with a wrong letter in that share of its words."""
    return " ".join(f"{word[:1]}x{word[1:]}" if random.random() < share else word for word in text.split())


def another_header(text: str) -> str:
    """The text with its first twelve words replaced."""
    return "AMENDED REPORT " + " ".join(text.split()[12:])


CHANGES = {
    "word for word": lambda text: text,
    "a header more": lambda text: HEADER + text,
    "another header": another_header,
    "addendum": lambda text: text + ADDENDUM,
    "1 word in 50 misread": lambda text: misread(text, 0.02),
    "1 word in 25 misread": lambda text: misread(text, 0.04),
    "another header, 1 word in 50 misread": lambda text: misread(another_header(text), 0.02),
}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("reports", help="reports table (parquet or CSV) with a column text")
    parser.add_argument("--copies", type=int, default=1000, help="reports to copy and change")
    options = parser.parse_args()
    read = pd.read_parquet if options.reports.endswith(".parquet") else pd.read_csv
    texts = read(options.reports)["text"].tolist()
    settings = DuplicatesConfig()

    def signed(values: list[str]) -> np.ndarray:
        return near_duplicates.signatures(values, settings.permutations, settings.shingle)

    began = time.process_time()
    originals = signed(texts)
    speed = len(texts) / (time.process_time() - began)
    size = np.bincount(near_duplicates.groups(originals, settings.similarity))
    print(
        f"{len(texts)} reports of {np.mean([len(text) for text in texts]):.0f} characters, signed {speed:.0f}/s"
    )
    print(
        f"without copies: {size[size > 1].sum()} reports in {(size > 1).sum()} groups, the largest {size.max()}"
    )
    chosen = random.choice(len(texts), min(options.copies, len(texts)), replace=False)
    for name, change in CHANGES.items():
        copies = signed([change(texts[i]) for i in chosen])
        group = near_duplicates.groups(np.concatenate([originals, copies]), settings.similarity)
        found = (group[chosen] == group[len(texts) :]).mean()
        print(f"{name:38s} found {found:6.1%}, largest group {np.bincount(group).max()}")


if __name__ == "__main__":
    main()
