"""Write dvc.yaml for a study: one DVC stage a phase, each calling Snakemake for that phase.

The graph of jobs is Snakemake's alone; a stage names its phase's rules, what comes in, what comes out. Only the names
of models and tasks are the study's, which is why the file is written from it. Code is no dependency: Snakemake does
not re-run a job because a command's text changed, so a stage that DVC called for it would do nothing and be recorded
as new. provenance.json names the commit instead.
"""

from pathlib import Path
from typing import Any

import yaml

from small_or_large import command, whole_files
from small_or_large.errors import StudyError
from small_or_large.schema.runs import ZERO_SHOT
from small_or_large.study import Study, load_study, read_study_file

HEAD = """\
# One stage a phase; each calls Snakemake, which knows the jobs (docs/dvc.md). Made by `make dvc` from {study}.
#   dvc repro        runs what changed        make pull        fetches data and results, and tells Snakemake
"""
# A phase: the first rules of what comes after each of its calls of Snakemake, left out with all that follows from
# them, and the sections of the study file that it depends on (none: the whole file).
# Within one call, whatever depends on a job that runs is run too; a call that comes after it runs only what an input
# with another content makes due. So the sources are read by a call of their own, and put together by another: a
# changed label is seen to have left the texts as they were before anyone is asked to read them.
PHASES: dict[str, tuple[list[list[str]], list[str]]] = {
    "ingest": (
        [
            ["gate"],
            ["near_duplicates", "tokenize"],
            ["create", "tokenize", "baseline", "external", "llm"],
        ],
        ["seed", "sources", "ingest", "deidentify", "duplicates", "tasks", "models"],
    ),
    "pretrain": (
        [["finetune", "embed", "zero_shot", "baseline", "external", "llm"]],
        ["models", "runs", "tasks", "pretrain"],
    ),
    "finetune": (
        [["embed", "zero_shot", "baseline", "external", "llm", "ensemble"]],
        ["models", "runs", "tasks", "finetune", "inference"],
    ),
    "predict": (
        [["evaluate"]],
        ["seed", "models", "runs", "tasks", "finetune", "inference", "llm", "probe", "baseline"],
    ),
    "evaluate": ([[]], []),
}


def source_paths(study: Study) -> list[str]:
    """Files and folders that the sources are read from; the folder of a pattern."""
    found = []
    for source in study.sources.values():
        for path in [source.path] if isinstance(source.path, str) else source.path or []:
            while any(mark in path for mark in "*?["):
                path = str(Path(path).parent)
            found.append(path)
    return found


def stages(study: Study, study_file: str) -> dict[str, Any]:
    """The values of dvc.yaml for a study read from `study_file`."""
    base = f"results/{study.study}"
    runs = study.all_runs
    pretrained = [name for name in study.models if study.pretraining_sources(name)]
    finetuned = sorted({run.task for run in runs if run.approach == "finetuned"})
    tokenized = any(model.kind == "encoder" for model in study.models.values())
    embedded = any(run.approach in ("probe", "similarity") for run in runs)
    zero_shot = any(run.approach in ZERO_SHOT for run in runs)
    asked = sorted(
        {study.tasks[run.task].prompt for run in runs if study.models[run.model].kind == "decoder"}
    )
    answers = [model.answers.path for model in study.models.values() if model.answers]

    texts, labelled = ["texts.parquet", "duplicates.parquet"], ["labels", "splits"]
    checkpoints = [f"checkpoints/{name}" for name in pretrained]
    tokens = ["tokens"] if tokenized else []
    created = ["created"] if any(model.create for model in study.models.values()) else []
    generated = ["generated"] if any(source.generate for source in study.sources.values()) else []
    inputs: dict[str, list[str]] = {
        "ingest": source_paths(study),
        "pretrain": below(base, [*texts, "splits"]),
        "finetune": below(base, [*labelled, *tokens, *checkpoints]),
        "predict": [
            *below(
                base,
                [
                    "texts.parquet",
                    *labelled,
                    *tokens,
                    *checkpoints,
                    *(f"checkpoints/{task}" for task in finetuned),
                ],
            ),
            *asked,
            *answers,
        ],
        "evaluate": below(
            base,
            [
                *("predictions", "costs", "splits", "corpus.json", "label_leakage.csv", "ingest"),
                *("duplicates.parquet", *(["reports.parquet"] if study.page.show_text else [])),
            ],
        ),
    }
    outputs: dict[str, list[str]] = {
        "ingest": [
            *generated,
            *("preflight.json", "ingest", "gate", "quarantine.parquet", "audit.parquet", "corpus.json"),
            *("label_leakage.csv", "reports.parquet", *texts, *labelled),
        ],
        "pretrain": [*created, *tokens, *checkpoints],
        "finetune": [f"checkpoints/{task}" for task in finetuned],
        # The predictions of finetuned models are written while finetuning, but the folder can be one stage's only.
        "predict": [
            *("predictions", "costs"),
            *(["embeddings"] if embedded else []),
            *(["answers"] if asked or zero_shot else []),
        ],
        "evaluate": [
            *(
                "metrics.csv",
                "comparisons.csv",
                "recommendation.json",
                "provenance.json",
                "report.html",
                "plots",
            )
        ],
    }
    given = read_study_file(study_file)
    configfile = "" if study_file == "config.yaml" else f" --configfile {study_file}"
    found = {}
    for phase, (later, keys) in PHASES.items():
        if not outputs[phase]:
            continue
        calls = [
            f"snakemake --cores all{configfile}" + (f" --omit-from {' '.join(rules)}" if rules else "")
            for rules in later
        ]
        found[phase] = {
            "cmd": calls if len(calls) > 1 else calls[0],
            "deps": sorted(set(inputs[phase])),
            "params": [{study_file: [key for key in keys if key in given] or None}],
            "outs": [{path: {"persist": True}} for path in below(base, outputs[phase])],
        }
    found["evaluate"]["metrics"] = [{f"{base}/metrics.json": {"persist": True}}]
    return {
        "stages": {
            phase: {key: value for key, value in stage.items() if value} for phase, stage in found.items()
        },
        "plots": plots(study),
    }


def plots(study: Study) -> list[dict[str, Any]]:
    """What `dvc plots` draws, from the tables that the recommendation writes."""
    base = f"results/{study.study}/plots"
    return [
        {
            f"{base}/macro_f1.csv": {
                "template": "bar_horizontal",
                "title": "Macro-F1 on the test part",
                "x": "value",
                "y": "family",
            }
        },
        {f"{base}/label_curve.csv": {"template": "scatter", "title": "Labels", "x": "labels", "y": "value"}},
        *(
            {
                f"{base}/confusion_{task}.csv": {
                    "template": "confusion_normalized",
                    "title": study.tasks[task].title or task,
                    "x": "actual",
                    "y": "predicted",
                }
            }
            for task in study.tasks
        ),
    ]


def below(folder: str, names: list[str]) -> list[str]:
    """Paths of names in a folder."""
    return [f"{folder}/{name}" for name in names]


def main() -> None:
    """Write dvc.yaml, or with --check fail where it is not as the study says."""
    parser = command.parser(__doc__)
    parser.add_argument("--study", default="config.yaml", help="study file")
    parser.add_argument("--output", default="dvc.yaml", help="file to write")
    parser.add_argument(
        "--check", action="store_true", help="write nothing; fail where the file is not up to date"
    )
    given = parser.parse_args()
    values = stages(load_study(given.study), given.study)
    text = HEAD.format(study=given.study) + yaml.safe_dump(values, sort_keys=False, width=110)
    if not given.check:
        whole_files.write_text(text, given.output)
    elif not Path(given.output).is_file() or Path(given.output).read_text(encoding="utf-8") != text:
        raise StudyError(f"{given.output} is not what {given.study} says: make dvc STUDY={given.study}")


if __name__ == "__main__":
    command.run(main)
