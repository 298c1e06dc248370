# What the rules ask the study: its runs, and for each job the inputs and exactly the settings it depends on.
import sys
from glob import glob
from pathlib import Path

from snakemake.exceptions import WorkflowError

sys.path.insert(0, str(Path(workflow.basedir) / "scripts"))

from small_or_large.errors import StudyError
from small_or_large.schema.runs import APPROACHES, ZERO_SHOT
from small_or_large.runs import NAME, Run
from small_or_large.study import check_study, write_resolved


def study_or_stop():
    """The study of this run, checked whole; Snakemake stops with the complaints where it is wrong."""
    try:
        return check_study(
            config, ", ".join(map(str, workflow.configfiles)) or "config.yaml"
        )
    except StudyError as error:
        raise WorkflowError(str(error)) from None


STUDY = study_or_stop()
RESULTS = f"results/{STUDY.study}"
STUDY_FILE = str(write_resolved(STUDY, f"{RESULTS}/study.yaml"))
SHARDS = range(STUDY.ingest.shards)
# Approaches that know no label: another label asks nothing again.
UNLABELLED = (*ZERO_SHOT, *APPROACHES["decoder"])


def runs_by(*approaches):
    """Wildcard constraint of the runs by some approaches."""
    return rf"{NAME}\.({'|'.join(approaches)})(\.n\d+)?\.seed\d+"


def of_run(settings):
    """A params function: the settings of a job's run."""
    return lambda wildcards: settings(Run.parse(wildcards.task, wildcards.run))


def of_task(settings):
    """A params function: the settings of a job's task."""
    return lambda wildcards: settings(wildcards.task)


def of_model(settings):
    """A params function: the settings of a job's model."""
    return lambda wildcards: settings(wildcards.model)


def of_source(settings):
    """A params function: the settings of a job's source."""
    return lambda wildcards: settings(wildcards.source)


def model_of(wildcards):
    """The model of a job: named by itself, or by its run."""
    return wildcards.get("model") or Run.parse(wildcards.task, wildcards.run).model


def checkpoint_of(wildcards):
    """The checkpoint that this study makes for a job's model; none where it is had from elsewhere."""
    model = model_of(wildcards)
    return f"<results>/checkpoints/{model}" if STUDY.models[model].pretrain else []


def origin_of(wildcards):
    """The checkpoint of this study that a model's pretraining starts from; none where it is had from elsewhere."""
    model = STUDY.models[wildcards.model]
    if model.create:
        return f"<results>/created/{wildcards.model}"
    return (
        f"<results>/checkpoints/{model.base}"
        if STUDY.models[model.base].pretrain
        else []
    )


def created_of(wildcards):
    """The untrained checkpoint with the tokenizer of a model that is made from nothing."""
    return (
        f"<results>/created/{wildcards.model}"
        if STUDY.models[wildcards.model].create
        else []
    )


def tokens_of(wildcards):
    """The tokenized reports that a job's model reads: those of the model its chain of bases begins with."""
    return f"<results>/tokens/{STUDY.root(model_of(wildcards))}"


def embeddings_of(wildcards):
    """The vectors of a job's frozen encoder; none for cloze, which reads the reports itself."""
    if Run.parse(wildcards.task, wildcards.run).approach == "cloze":
        return []
    return f"<results>/embeddings/{model_of(wildcards)}.parquet"


def members_of(pattern):
    """An input function: a path for every run that a job's ensemble averages."""

    def paths(wildcards):
        run = Run.parse(wildcards.task, wildcards.run)
        return [
            pattern.format(task=member.task, run=member.name)
            for member in STUDY.members_of(run)
        ]

    return paths


def prompt_of(wildcards):
    """The prompt file of a job's task."""
    return STUDY.tasks[wildcards.task].prompt


def answers_of(wildcards):
    """The file with an external model's answers."""
    return STUDY.models[model_of(wildcards)].answers.path


def source_files(wildcards):
    """The files of a source: written by the generator, or the study's own."""
    source = STUDY.sources[wildcards.source]
    if source.generate:
        return f"<results>/generated/{wildcards.source}.jsonl.gz"
    paths = [source.path] if isinstance(source.path, str) else source.path
    found = sorted(file for path in paths for file in glob(path, recursive=True))
    if not found and not source.address:
        raise WorkflowError(
            f"sources.{wildcards.source}.path: {', '.join(paths)} is not there. Put the file there, or name"
            " another place in the study, or here with"
            f" --config 'sources={{{wildcards.source}: {{path: ...}}}}'"
        )
    return found


def labels_of_source(wildcards):
    """The table that a source's labels are joined from, where the study names one."""
    apart = STUDY.sources[wildcards.source].labels_from
    return apart.path if apart else []


def shards_of_sources(pattern):
    """A path for every shard of every source."""
    return expand(pattern, source=list(STUDY.sources), shard=SHARDS, allow_missing=True)


def predictions_of_task(wildcards):
    """The predictions of every run of a task."""
    return [
        f"<results>/predictions/{run.task}/{run.name}.parquet"
        for run in STUDY.runs_of(wildcards.task)
    ]


def all_predictions():
    """The predictions of every run of the study."""
    return [
        f"<results>/predictions/{run.task}/{run.name}.parquet" for run in STUDY.all_runs
    ]


def all_costs():
    """The costs of every run of the study."""
    return [f"<results>/costs/{run.task}/{run.name}.json" for run in STUDY.all_runs]


def texts_of_page():
    """The reports, where the study lets the page show their text; none else."""
    return "<results>/reports.parquet" if STUDY.page.show_text else []


def audit_of_page():
    """The outcome of a human audit of the gate, where one was made (make audit-outcome)."""
    outcome = f"{RESULTS}/audit.json"
    return outcome if Path(outcome).is_file() else []


# What belongs to each task: its reports' labels, its split, and the list of reports in the split.
LABELS = expand("<results>/labels/{task}.parquet", task=list(STUDY.tasks))
SPLITS = expand("<results>/splits/{task}.csv", task=list(STUDY.tasks))
LISTS = expand("<results>/splits/{task}.reports.csv", task=list(STUDY.tasks))


wildcard_constraints:
    task="|".join(STUDY.tasks),
    model="|".join(STUDY.models),
    source="|".join(STUDY.sources),
    shard=r"\d+",
