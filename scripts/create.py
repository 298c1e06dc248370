"""Make a model from nothing, as its `create` entry says: a tokenizer trained on the text it will be pretrained on,
and random weights. Validation and test reports, and what is close to them, are not read.
"""

import logging
from typing import Any

from small_or_large import command
from small_or_large.errors import StudyError

log = logging.getLogger("create")


def arguments() -> Any:
    parser = command.parser(__doc__)
    command.add_options(
        parser, "study", "texts", "duplicates", "splits", "checkpoint_made",
        model="model of the study with a `create` entry",
    )  # fmt: skip
    return parser.parse_args()


def main() -> None:
    args = arguments()
    from small_or_large import checkpoints, creation, measure, pretraining_text, tables
    from small_or_large.study import load_study

    study = load_study(args.study)
    if args.model not in study.models or not study.models[args.model].create:
        raise StudyError(f"--model {args.model}: no model of the study with a `create` entry")
    settings = study.origin_settings(args.model)["create"]
    sources = study.pretraining_sources(args.model)
    rows = pretraining_text.read(args.reports, args.splits, args.duplicates, sources)
    texts = tables.read_reports(args.reports, ["text"], rows["report_id"].tolist())["text"]

    architecture = settings["architecture"]
    tokenizer = creation.tokenizer(architecture, texts, settings["vocabulary"], settings["positions"])
    model = creation.model(architecture, tokenizer, settings, study.seed)
    log.info(
        "%s with %d weights, %d tokens in its vocabulary",
        architecture,
        model.num_parameters(),
        len(tokenizer),
    )
    checkpoints.save(
        model,
        tokenizer,
        args.output,
        {
            "title": args.model,
            "about": "An untrained model: its weights are random, its tokenizer is trained on the study's reports.",
            "facts": {
                "architecture": architecture,
                "weights": f"{model.num_parameters():,}",
                "vocabulary": len(tokenizer),
                "tokenizer trained on": f"{len(rows):,} reports of {', '.join(sources)}",
                "versions": ", ".join(f"{name} {number}" for name, number in measure.versions().items()),
            },
        },
    )


if __name__ == "__main__":
    command.run(main)
