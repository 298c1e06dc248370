"""How many HL7 messages a second one core reads: framing, parsing, sections, identity (goal: 5,000 or more).

Makes a batch of synthetic NAACCR Volume V messages in memory, reads it, and writes the figures as JSON.
`python benchmarks/hl7_speed.py --messages 20000 --lines 30`.
"""

import argparse
import io
import json
import resource
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "scripts"))

from small_or_large.sources.hl7 import framing, reports

SECTIONS = ("22636-5", "22634-0", "22635-7", "22637-3", "22638-1")
SENTENCE = "Sections show fragments of colonic mucosa \\T\\ submucosa with crypt distortion, 3/12 nodes, 2.5 x 1.0 cm"


def batch(messages: int, lines: int) -> bytes:
    """A batch file (FHS/BHS) of so many messages with so many OBX lines each."""
    out = ["FHS|^~\\&|LIS|LAB", "BHS|^~\\&|LIS|LAB"]
    for k in range(messages):
        out += [
            f"MSH|^~\\&|LIS|LAB^12D0000000^CLIA|REG|REG|20230105||ORU^R01|{k}|P|2.5.1",
            f"PID|1||{k:07d}^^^HOSP&1.2.3&ISO^MR||Doe^Jane^Q||19500102|F|||1 Main St^^Town^ON^A1A 1A1",
            "PV1|1|O|||||77^Smith^John^^^Dr",
            f"ORC|RE||S23-{k}^LAB",
            f"OBR|1||S23-{k}^LAB|11529-5^Surgical pathology study^LN|||202301021200|||||||||77^Smith^John"
            "||||||202301041200|||F",
        ]
        for line in range(lines):
            code = SECTIONS[line * len(SECTIONS) // lines]
            out.append(f"OBX|{line + 1}|TX|{code}^Section^LN|1|{line}. {SENTENCE}||||||F")
    out += [f"BTS|{messages}", "FTS|1"]
    return "\r".join(out).encode() + b"\r"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=20_000, help="messages in the batch")
    parser.add_argument("--lines", type=int, nargs="+", default=[10, 30], help="OBX lines a message")
    parser.add_argument("--output", type=Path, help="JSON file for the figures; printed as well")
    arguments = parser.parse_args()
    figures = []
    for lines in arguments.lines:
        data = batch(arguments.messages, lines)
        started = time.process_time()
        rows = [
            row for frame in framing.frames(io.BytesIO(data), "batch") for row in reports.rows(frame, "auto")
        ]
        seconds = time.process_time() - started
        if len(rows) != arguments.messages or any(row.reason for row in rows):
            raise SystemExit("the reader lost or refused messages")
        figures.append(
            {
                "messages": arguments.messages,
                "obx_lines_a_message": lines,
                "bytes_a_message": round(len(data) / arguments.messages),
                "cpu_seconds": round(seconds, 2),
                "messages_per_second": round(arguments.messages / seconds),
                "peak_memory_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
            }
        )
    text = json.dumps(figures, indent=2)
    print(text)
    if arguments.output:
        arguments.output.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
