"""A person's audit of the de-identification gate: draw a sample, and state from its outcome what may be left.

    audit.py draw --study STUDY       writes results/<study>/audit/sample.csv, one report a row, to be filled in
    audit.py outcome --study STUDY    reads it back and writes results/<study>/audit.json, which the page shows

The auditor reads each report of the sample as it left the gate and writes into `identifiers_left` how many
identifiers are still there (0 where there are none). Rows left blank count as not audited. From k reports with
identifiers among n audited, the share in all reports is bounded from above by Clopper and Pearson's exact limit (with
k = 0 and 95% this is close to 3/n, the rule of three). Without an audit nothing is claimed: no audit.json is written
and the page says so.
"""

import argparse
import json
import logging
from pathlib import Path

import pandas as pd

from small_or_large import command
from small_or_large.errors import StudyError

log = logging.getLogger("audit")
CONFIDENCE = 0.95
COLUMNS = ["number", "report_id", "found", "offsets", "identifiers_left", "removed_wrongly", "note"]


def upper_bound(hits: int, audited: int, confidence: float = CONFIDENCE) -> float:
    """One-sided Clopper-Pearson upper limit of a share, from `hits` among `audited` drawn at random."""
    from scipy.stats import beta

    if not 0 <= hits <= audited or audited < 1:
        raise ValueError("needs 0 <= hits <= audited and at least one audited")
    return 1.0 if hits == audited else float(beta.ppf(confidence, hits + 1, audited - hits))


def _folder(args: argparse.Namespace, study) -> Path:
    return Path(args.results) / study.study


def _read(path: Path, columns: list[str]) -> pd.DataFrame:
    try:
        return pd.read_parquet(path, columns=columns)
    except FileNotFoundError:
        raise StudyError(f"{path}: no such file; run the pipeline as far as collect first") from None


def draw(args: argparse.Namespace) -> None:
    """Draw the sample of reports."""
    from small_or_large.study import load_study

    study = load_study(args.study)
    folder = _folder(args, study)
    out = folder / "audit" / "sample.csv"
    if out.exists() and not args.again:
        raise StudyError(
            f"{out}: a sample was drawn already; fill it in, or draw another with --again (this one is lost)"
        )
    ids = _read(folder / "reports.parquet", ["report_id"])["report_id"].sort_values()
    if ids.empty:
        raise StudyError(f"{folder / 'reports.parquet'}: no reports to audit")
    count = min(study.deidentify.audit_sample, len(ids))
    drawn = ids.sample(count, random_state=study.seed).tolist()
    audit = _read(folder / "audit.parquet", ["report_id", "entity", "count", "offsets"])
    audit = audit[audit["report_id"].isin(drawn)]
    found, offsets = {}, {}
    for row in audit.itertuples():
        found.setdefault(row.report_id, []).append(f"{row.entity} {row.count}")
        offsets.setdefault(row.report_id, []).append(
            f"{row.entity} " + " ".join(f"{a}-{b}" for a, b in row.offsets)
        )
    out.parent.mkdir(parents=True, exist_ok=True)
    rows = [
        [number, report, "; ".join(found.get(report, [])), "; ".join(offsets.get(report, [])), "", "", ""]
        for number, report in enumerate(drawn, 1)
    ]
    pd.DataFrame(rows, columns=COLUMNS).to_csv(out, index=False)
    log.info("%d of %d reports drawn: fill in identifiers_left in %s", count, len(ids), out)
    if study.deidentify.audit_text:
        texts = pd.read_parquet(
            folder / "reports.parquet", columns=["report_id", "text"], filters=[("report_id", "in", drawn)]
        )
        place = out.parent / "texts"
        place.mkdir(exist_ok=True)
        by_id = dict(zip(texts["report_id"], texts["text"], strict=True))
        for number, report in enumerate(drawn, 1):
            (place / f"{number}.txt").write_text(by_id[report], encoding="utf-8")
        log.info("their texts, as they left the gate, are in %s; delete them after the audit", place)


def read_outcome(path: Path) -> dict:
    """What the filled-in sample says: counts, the share of reports with identifiers left, and its upper bound.

    Raises StudyError naming the row where a cell is no whole number.
    """
    try:
        sample = pd.read_csv(path, dtype=str, keep_default_na=False)
    except FileNotFoundError:
        raise StudyError(f"{path}: no sample; draw one with audit.py draw") from None
    missing = {"report_id", "identifiers_left"} - set(sample.columns)
    if missing:
        raise StudyError(f"{path}: no column {', '.join(sorted(missing))}; draw the sample again")
    if sample["report_id"].duplicated().any():
        raise StudyError(f"{path}: a report stands there twice; each drawn report is audited once")
    left = []
    for row, value in enumerate(sample["identifiers_left"].str.strip(), 2):
        if value and not (value.isascii() and value.isdigit()):
            raise StudyError(
                f"{path}, row {row}: identifiers_left must be a whole number, or blank where not audited"
            )
        if value:
            left.append(int(value))
    if not left:
        return {
            "reports drawn": len(sample),
            "reports audited": 0,
            "statement": "No audit was made: what is left is unknown.",
        }
    hits = sum(n > 0 for n in left)
    bound = upper_bound(hits, len(left))
    return {
        "reports drawn": len(sample),
        "reports audited": len(left),
        "reports with an identifier left": hits,
        "identifiers left": sum(left),
        "share of reports": round(hits / len(left), 4),
        "upper bound of the share (95%)": round(bound, 4),
        "statement": f"{hits} of {len(left)} audited reports still held an identifier; at most about "
        f"{1000 * bound:.0f} of 1,000 reports do (95% one-sided, exact), if the audited ones are as they were drawn.",
    }


def outcome(args: argparse.Namespace) -> None:
    """Read the filled-in sample and write audit.json."""
    from small_or_large.study import load_study

    folder = _folder(args, load_study(args.study))
    result = read_outcome(folder / "audit" / "sample.csv")
    target = folder / "audit.json"
    if result["reports audited"]:
        target.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    else:
        target.unlink(missing_ok=True)
    print(result["statement"])


def main() -> None:
    parser = command.parser(__doc__.split("\n\n")[0])
    commands = parser.add_subparsers(required=True)
    for name, call, text in (("draw", draw, "draw the sample"), ("outcome", outcome, "state the outcome")):
        sub = commands.add_parser(name, help=text, formatter_class=parser.formatter_class)
        sub.add_argument("--study", required=True, help="study file")
        sub.add_argument("--results", default="results", help="folder that holds the studies' results")
        sub.set_defaults(call=call)
        if name == "draw":
            sub.add_argument("--again", action="store_true", help="replace a sample that was drawn before")
    args = parser.parse_args()
    args.call(args)


if __name__ == "__main__":
    command.run(main)
