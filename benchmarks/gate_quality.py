"""How good the gate is on gold sets: recall, precision, and how often it touches medicine.

    python benchmarks/gate_quality.py                             the invented sentences under tests/data
    python benchmarks/gate_quality.py --gold phi_dev.jsonl.gz     any set of report_id, text, spans
    python benchmarks/gate_quality.py --clean reports.csv.gz      reports without marked spans: findings a report
    python benchmarks/gate_quality.py --protected reports.csv.gz  clinical strings that a finding touches

Prints aggregates only, never text, unless --show names a kind of error and the text is yours to read.
"""

# ruff: noqa: E501 - expressions and word lists are harder to read when wrapped

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

from tagger_frames import unmarked  # noqa: E402

from small_or_large.deidentification.gate import Gate  # noqa: E402
from small_or_large.deidentification.quality import judge, table  # noqa: E402

# Clinical strings as they stand in real reports, found by expressions of this file alone: the gate's own list of what it
# leaves alone (protected.py) would only find what the gate already knows.
_EPONYMS = (
    "Gleason Hodgkin Barrett Paget Wilms Lewy Fuhrman Furhman Ewing Kaposi Burkitt Merkel Warthin Brenner Sertoli Leydig Langerhans Langhans Schwann "
    "Crohn Hashimoto Graves Cushing Marfan Lynch Cowden Gardner Peutz-Jeghers Li-Fraumeni Turcot Bowen Breslow Clark Spitz Reed-Sternberg Hurthle Hürthle "
    "Krukenberg Masson Gomori Giemsa Grocott Congo Bouin Hollande Mallory Nottingham Scarff-Bloom-Richardson Bloom-Richardson Bethesda Nissen Whipple "
    "Gerota Cooper Meckel Zenker Rosai-Dorfman Kikuchi Castleman Waldenstrom Mullerian Wolffian Bartholin Gartner Skene Cowper Brunner Peyer Paneth "
    "Kupffer Purkinje Virchow Roux Billroth Hartmann Klatskin Denonvilliers Douglas Lauren Siewert Batson Nabothian Call-Exner Schiller-Duval Verocay "
    "Antoni Homer-Wright Flexner-Wintersteiner Rosenthal Psammoma Michaelis-Gutmann Hassall Auerbach Meissner Brunn Walthard Wharton Morgagni "
    "Alzheimer Parkinson Pick Creutzfeldt-Jakob Karnofsky Ann-Arbor Dukes Astler-Coller Ishak Allred Papanicolaou Oddi Vater Santorini Wirsung Glisson"
).split()
_NOUN = (
    "lymphoma|disease|syndrome|tumou?rs?|cells?|o?esophagus|mucosa|metaplasia|bod(?:y|ies)|scores?|grades?|grading|patterns?|sum|thyroiditis|cysts?|"
    "glands?|ducts?|stains?|trichrome|red|solution|fascia|ligaments?|pouch|nest|nests|nev(?:us|i)|level|thickness|procedure|resection|system|"
    "classification|class|criteria|sarcoma|carcinoma|patches|plexus|rosettes?|islets?|histiocytosis|capsule|remnants?|sinus|tract|papilla|ampulla|"
    "nodules?|pit|islands?|membrane|corpuscles?|diverticulum|pseudodiverticulum|nuclear|combined|score:|histologic"
)
_STAINS = (
    r"H ?& ?E|PAS(?:-D)?|GMS|AFB|AE1(?: ?/ ?AE3)?|CAM ?5\.2|CK ?-?(?:5/6|7|8|17|18|19|20|903)|CD ?-?\d{1,3}[a-z]?|Ki-?67|MIB-?1|S-?100|HMB-?45|TTF-?1|CDX-?2|"
    r"PAX-?[258]|GATA-?3|WT-?1|p(?:16|53|63|40|27|21|120|504S)|HER-?2(?:/neu)?|ER|PR|EGFR|MLH-?1|MSH-?[26]|PMS-?2|SMA|EMA|CEA|PSA|PSAP|CA-?125|CA ?19-9|"
    r"GFAP|NSE|BRAF|IDH-?1|ATRX|MGMT|1p/19q|BCL-?[26]|MUC-?[1256](?:AC)?|vimentin|desmin|calretinin|synaptophysin|chromogranin(?: A)?|napsin(?: A)?|inhibin|"
    r"mucicarmine|trichrome|reticulin|E-cadherin|beta-catenin|cyclin D1|D2-40|SOX-?10|Melan-A|MART-?1|DOG-?1|c-?kit"
)
PROTECTED = {
    "TNM": re.compile(
        r"(?<![\w.-])[yra]?[pc]T(?:is|[0-4xX])[a-d]?(?:[ ,;]{0,2}[pc]?N[0-3xX][a-c]?)?(?:[ ,;]{0,2}[pc]?M[01xX][a-c]?)?(?!\w)"
        r"|(?<![\w.-])T(?:is|[0-4xX])[a-d]?[ ,;]{0,2}N[0-3xX][a-c]?[ ,;]{0,2}M[01xX][a-c]?(?!\w)|(?<![\w.-])p[NM][0-3xX][a-c]?(?!\w)"
    ),
    "size": re.compile(
        r"(?<![\w.,/-])\d{1,3}(?:\.\d{1,2})?(?: ?(?:cm|mm)?\.? ?[xX×] ?\d{1,3}(?:\.\d{1,2})?){0,3} ?(?:cm|mm)\b"
    ),
    "fraction": re.compile(
        r"(?<![\w./-])\d{1,2} ?/ ?\d{1,2}(?![\w/%]|[.-]\d)(?= (?:lymph|nodes?|cores?|sentinel|positive|LNs?|axillary|pelvic|regional))"
        r"|(?i:\b(?:nodes?|lns?|cores|metasta\w{1,6}|carcinoma|tumou?r|malignancy|axillary|pelvic|negative|positive))[:,]? ?\(\d{1,2} ?/ ?\d{1,2}\)"
    ),
    "grade": re.compile(
        r"(?i)\bgleason(?:'?s)?[^.\n\d]{0,20}\d ?\+ ?\d(?: ?= ?\d{1,2})?(?: ?/ ?10)?"
        r"|\b(?:figo|nuclear|histologic(?:al)?|fuhrman(?: nuclear)?|who|nottingham|combined|tumou?r|overall)? ?grade:? (?:IV|I{1,3}|[1-4])(?: ?(?:/|of) ?(?:IV|III|[34]))?(?!\w|[./]\d)"
        r"|\bG[1-4](?= |,|;|\.\s)"
    ),
    "stage": re.compile(
        r"(?i)\bstage(?: group(?:ing)?)?:? (?:IV|I{1,3}|0)[A-C]?\d?(?!\w)|\bclark(?:'s)? level (?:IV|V|I{1,3})\b"
    ),
    "block": re.compile(
        r"(?i:\b(?:blocks?|cassettes?|slides?|FS|submitted (?:in|as)|designated|parts?)) (?-i:[A-Z]{1,2}\d{1,2}|\d{1,2}[A-Z]|[A-Z]\d?)(?: ?(?:-|to|through) ?(?:[A-Z]?\d{1,2}|\d{0,2}[A-Z]))?(?!\w|[-/]\d)"
    ),
    "percentage": re.compile(r"(?<![\w./])\d{1,3}(?:\.\d)?(?: ?[-–] ?\d{1,3})? ?%"),
    "stain": re.compile(rf"(?<![\w/-])(?:{_STAINS})(?![\w])"),
    "eponym": re.compile(rf"(?i)\b(?:{'|'.join(_EPONYMS)})(?:['’]?s)? (?={_NOUN})"),
}


def touched(reports: list[str], gate: Gate) -> tuple[Counter, Counter, list]:
    """How many clinical strings of each kind stand in the reports, how many a finding touches, and where."""
    total, hit, where = Counter(), Counter(), []
    for number, text in enumerate(reports):
        spans = gate.find(text)
        for kind, expression in PROTECTED.items():
            for match in expression.finditer(text):
                total[kind] += 1
                for span in spans:
                    if span.start < match.end() and span.end > match.start() and span.entity != "ID":
                        hit[kind] += 1
                        where.append((number, kind, span, match.span()))
                        break
    return total, hit, where


def marked(path: Path) -> list[dict]:
    """The sentences of a file with [[ENTITY:text]] marks, as gold rows."""
    rows = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith("#") or not line.strip():
            continue
        text, spans = unmarked(line)
        spans = [{"start": start, "end": end, "entity": entity} for start, end, entity in spans]
        rows.append({"report_id": f"{path.stem}:{number}", "text": text, "spans": spans})
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--gold", help="JSON lines of report_id, text, spans")
    parser.add_argument("--half", choices=["a", "b"], help="only even (a) or odd (b) rows")
    parser.add_argument("--clean", help="CSV with report_id and text, not marked")
    parser.add_argument(
        "--protected", help="CSV with report_id and text: clinical strings that findings touch"
    )
    parser.add_argument("--sample", type=int, default=300, help="reports drawn from --clean or --protected")
    parser.add_argument("--seed", type=int, default=1, help="of the draw")
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

        reports = pd.read_csv(args.clean, dtype=str).sample(args.sample, random_state=args.seed)
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
    if args.protected:
        import pandas as pd

        texts = (
            pd.read_csv(args.protected, dtype=str)["text"]
            .sample(args.sample, random_state=args.seed)
            .tolist()
        )
        total, hit, where = touched(texts, gate)
        for number, _, span, (start, end) in where:
            show({"text": texts[number]}, "false", min(start, span.start), max(end, span.end), span.entity)
        for kind in PROTECTED:
            print(f"{kind:10} {total[kind]:6} strings, {hit[kind]:3} touched")
        print(
            f"all        {total.total():6} strings in {len(texts)} reports, {hit.total()} touched "
            f"({hit.total() / max(total.total(), 1):.3%})"
        )
        return
    sets = {}
    if args.gold:
        opener = gzip.open if args.gold.endswith(".gz") else open
        with opener(args.gold, "rt", encoding="utf-8") as lines:
            sets[Path(args.gold).name] = [json.loads(line) for line in lines][half]
    else:
        for path in sorted((ROOT / "tests/data").glob("phi_sentences*.txt")):
            sets[path.name] = marked(path)[half]
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
        for path in sorted((ROOT / "tests/data").glob("clean_sentences*.txt")):  # all are trained on
            rows = marked(path)[half]
            flagged = hit = 0
            for row in rows:
                spans = gate.find(row["text"])
                flagged += bool(spans)
                for s in spans:
                    show(row, "false", s.start, s.end, s.entity)
                hit += sum(
                    any(f.start < s["end"] and f.end > s["start"] for f in spans) for s in row["spans"]
                )
            strings = sum(len(row["spans"]) for row in rows)
            print(
                f"{path.name}: {flagged} of {len(rows)} flagged, {hit} of {strings} protected strings hit "
                "(trained on)"
            )


if __name__ == "__main__":
    random.seed(0)
    main()
