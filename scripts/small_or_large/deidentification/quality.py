"""How the spans a gate finds compare with gold spans.

Full-span recall: every alphanumeric character of the gold span lies in found spans (whatever their entity: the text
is scrubbed either way). Overlap recall: any character does. Precision: found spans that overlap a gold span, of all
found.
"""

from collections import Counter

Found = dict[str, list[tuple[int, int, str]]]


def judge(gold: Found, found: Found, texts: dict[str, str]) -> dict:
    """Recall by entity and over all, precision, and how many reports without gold spans have a finding."""
    total, full, some, wrong, right = Counter(), Counter(), Counter(), Counter(), Counter()
    clean = flagged = 0
    for report, spans in gold.items():
        theirs = sorted(found.get(report, []))
        if not spans:
            clean += 1
            flagged += bool([s for s in theirs if s[2] not in ("ID", "CODE")])
        for start, end, entity in spans:
            total[entity] += 1
            inside = [(a, b) for a, b, _ in theirs if a < end and b > start]
            some[entity] += bool(inside)
            covered = set()
            for a, b in inside:
                covered.update(range(max(a, start), min(b, end)))
            text = texts[report]
            full[entity] += all(i in covered for i in range(start, end) if text[i].isalnum())
        for a, b, entity in theirs:
            hit = any(start < b and end > a for start, end, _ in spans)
            (right if hit else wrong)[entity] += 1

    def share(part: int, whole: int) -> float | None:
        return round(part / whole, 4) if whole else None

    entities = {
        e: {
            "gold": total[e],
            "full": share(full[e], total[e]),
            "overlap": share(some[e], total[e]),
            "found": right[e] + wrong[e],
            "precision": share(right[e], right[e] + wrong[e]),
        }
        for e in sorted(set(total) | set(right) | set(wrong))
    }
    return {
        "entities": entities,
        "full_span_recall": share(full.total(), total.total()),
        "overlap_recall": share(some.total(), total.total()),
        "precision": share(right.total(), right.total() + wrong.total()),
        "reports": len(gold),
        "clean_reports": clean,
        "clean_flagged": share(flagged, clean),
    }


def table(result: dict) -> str:
    """The judgement as lines to read."""
    lines = [f"{'entity':10} {'gold':>6} {'full':>7} {'overlap':>8} {'found':>6} {'precision':>9}"]
    for name, row in result["entities"].items():
        cells = [f"{row[k]:.4f}" if row[k] is not None else "-" for k in ("full", "overlap", "precision")]
        lines.append(f"{name:10} {row['gold']:6} {cells[0]:>7} {cells[1]:>8} {row['found']:6} {cells[2]:>9}")
    lines.append(
        f"full-span recall {result['full_span_recall']}, overlap {result['overlap_recall']}, "
        f"precision {result['precision']}; "
        f"{result['clean_reports']} clean reports, flagged {result['clean_flagged']}"
    )
    return "\n".join(lines)
