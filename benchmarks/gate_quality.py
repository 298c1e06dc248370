"""How good the gate is on gold sets: recall, precision, and how often it touches medicine.

    python benchmarks/gate_quality.py                             the invented sentences under tests/data
    python benchmarks/gate_quality.py --gold phi_dev.jsonl.gz     any set of report_id, text, spans
    python benchmarks/gate_quality.py --clean reports.csv.gz      reports without marked spans: findings a report

Prints aggregates only, never text, unless --show names a kind of error and the text is yours to read.
"""

import argparse
import gzip
import json
import random
import re
import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "scripts"))

from small_or_large.deidentification.gate import Gate  # noqa: E402
from small_or_large.deidentification.quality import judge, table  # noqa: E402

MARK = re.compile(r"\[\[([A-Z0-9]+):(.*?)\]\](?!\])")


def marked(path: Path) -> list[dict]:
    """The sentences of a file with [[ENTITY:text]] marks, as gold rows."""
    rows = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith("#") or not line.strip():
            continue
        text, spans, last = "", [], 0
        for match in MARK.finditer(line):
            text += line[last : match.start()]
            spans.append({"start": len(text), "end": len(text) + len(match[2]), "entity": match[1]})
            text += match[2]
            last = match.end()
        rows.append({"report_id": f"{path.stem}:{number}", "text": text + line[last:], "spans": spans})
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--gold", help="JSON lines of report_id, text, spans")
    parser.add_argument("--half", choices=["a", "b"], help="only even (a) or odd (b) rows")
    parser.add_argument("--clean", help="CSV with report_id and text, not marked")
    parser.add_argument("--sample", type=int, default=300, help="reports drawn from --clean")
    parser.add_argument(
        "--show", choices=["missed", "false", "both"], help="print errors with context, on your own screen"
    )
    parser.add_argument("--entity", help="show only errors of this entity")
    args = parser.parse_args()
    gate = Gate()
    half = slice(None) if not args.half else slice(0, None, 2) if args.half == "a" else slice(1, None, 2)

    def show(row: dict, kind: str, start: int, end: int, entity: str) -> None:
        if args.show in (kind, "both") and (not args.entity or args.entity == entity):
            text = row["text"]
            left, right = text[max(0, start - 40) : start], text[end : end + 25]
            print(f"{kind:7} {entity:9} {left}[[{text[start:end]}]]{right}".replace("\n", "|"))

    if args.clean:
        import pandas as pd

        reports = pd.read_csv(args.clean, dtype=str).sample(args.sample, random_state=1)
        kinds, flagged = Counter(), 0
        for report_id, text in zip(reports["report_id"], reports["text"], strict=True):
            spans = [s for s in gate.find(text) if s.entity != "ID"]
            flagged += bool(spans)
            kinds.update(s.entity for s in spans)
            for span in spans:
                show({"text": text, "report_id": report_id}, "false", span.start, span.end, span.entity)
        print(
            f"{args.sample} unmarked reports (they hold some real identifiers): {flagged} flagged;",
            dict(kinds.most_common()),
        )
        return
    sets = {}
    if args.gold:
        opener = gzip.open if args.gold.endswith(".gz") else open
        with opener(args.gold, "rt", encoding="utf-8") as lines:
            sets[Path(args.gold).name] = [json.loads(line) for line in lines][half]
    else:
        sets["phi_sentences.txt"] = marked(ROOT / "tests/data/phi_sentences.txt")[half]
    for name, rows in sets.items():
        gold, found = {}, {}
        for row in rows:
            key = row["report_id"]
            gold[key] = [(s["start"], s["end"], s["entity"]) for s in row["spans"]]
            found[key] = [(s.start, s.end, s.entity) for s in gate.find(row["text"])]
            for a, b, e in gold[key]:
                covered = set()
                for x, y, _ in found[key]:
                    covered.update(range(x, y))
                if any(i not in covered for i in range(a, b) if row["text"][i].isalnum()):
                    show(row, "missed", a, b, e)
            for a, b, e in found[key]:
                if not any(x < b and y > a for x, y, _ in gold[key]):
                    show(row, "false", a, b, e)
        print(name)
        print(table(judge(gold, found, {r["report_id"]: r["text"] for r in rows})))
    if not args.gold:
        rows = marked(ROOT / "tests/data/clean_sentences.txt")[half]
        hit = sum(
            any(f.start < s["end"] and f.end > s["start"] for f in gate.find(row["text"]))
            for row in rows
            for s in row["spans"]
        )
        strings = sum(len(row["spans"]) for row in rows)
        flagged = 0
        for row in rows:
            spans = gate.find(row["text"])
            flagged += bool(spans)
            for s in spans:
                show(row, "false", s.start, s.end, s.entity)
        print(
            f"clean_sentences.txt: {flagged} of {len(rows)} flagged, {hit} of {strings} protected strings hit"
        )


if __name__ == "__main__":
    random.seed(0)
    main()
