"""How fast the gate is: reports a second on one core, with several processes, and on built nasties.

    python benchmarks/gate_speed.py [--reports reports.csv.gz] [--processes 1 2]

Without --reports, invented reports of about 3 kB are made from the sentences under tests/data. Times are wall-clock
after one warm-up pass; processor seconds are shown beside them, since a busy machine stretches the first.
"""

import argparse
import random
import re
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "scripts"))

_gate = None


def _start() -> None:
    global _gate
    from small_or_large.deidentification.gate import Gate

    _gate = Gate(codes=True)


def _work(texts: list[str]) -> tuple[int, float]:
    start = time.process_time()
    for text in texts:
        _gate.find(text)
    return len(texts), time.process_time() - start


def invented(count: int, size: int = 3000) -> list[str]:
    """Reports of about `size` characters: clean sentences with one in eight that holds identifiers."""
    draw = random.Random(5)
    read = lambda name: [  # noqa: E731
        re.sub(r"\[\[\w+:(.*?)\]\]", r"\1", line)
        for line in (ROOT / "tests/data" / name).read_text(encoding="utf-8").splitlines()
        if not line.startswith("#")
    ]
    clean, marked = read("clean_sentences.txt"), read("phi_sentences.txt")
    reports = []
    for _ in range(count):
        text = ""
        while len(text) < size:
            text += draw.choice(marked if draw.random() < 0.125 else clean) + draw.choice([" ", "\n"])
        reports.append(text)
    return reports


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--reports", help="CSV with a column text; invented ones otherwise")
    parser.add_argument("--count", type=int, default=600)
    parser.add_argument("--processes", type=int, nargs="*", default=[1, 2])
    parser.add_argument("--generated", type=int, default=100, help="nasties put together at random")
    args = parser.parse_args()
    if args.reports:
        import pandas as pd

        texts = (
            pd.read_csv(args.reports, dtype=str)["text"].dropna().sample(args.count, random_state=2).tolist()
        )
    else:
        texts = invented(args.count)
    size = sum(map(len, texts)) / len(texts)
    print(f"{len(texts)} reports, {size:.0f} characters on average")
    for processes in args.processes:
        with ProcessPoolExecutor(processes, initializer=_start) as pool:
            shares = [texts[k::processes] for k in range(processes)]
            list(pool.map(_work, [share[:40] for share in shares]))
            start = time.perf_counter()
            done = list(pool.map(_work, shares))
            wall = time.perf_counter() - start
            spent = sum(seconds for _, seconds in done)
        print(
            f"{processes} processes: {len(texts) / wall:.0f} reports/s wall, {len(texts) / spent:.0f} reports per "
            f"processor second, {len(texts) * size / spent / 1e6:.2f} MB per processor second"
        )
    _start()
    sys.path.insert(0, str(ROOT / "tests"))
    from nasties import NASTY, generated

    for kind, nasties in (("built", NASTY.items()), ("generated", generated(args.generated, seed=5))):
        seconds = {name: _processor_seconds(text[:100_000]) for name, text in nasties}
        if seconds:
            name = max(seconds, key=seconds.__getitem__)
            print(f"{len(seconds)} {kind} nasties of 100 kB: slowest {name} {seconds[name]:.2f} s")


def _processor_seconds(text: str) -> float:
    start = time.process_time()
    _gate.find(text)
    return time.process_time() - start


if __name__ == "__main__":
    main()
