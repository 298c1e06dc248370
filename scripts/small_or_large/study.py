"""A study: the file that says what is compared on which reports, loaded, checked and asked for its parts.

`load_study` is the only way in. The `*_settings` methods return, as plain dictionaries, exactly the keys that one
command uses: Snakemake's rules name them as params and the commands read the same, so a changed key re-runs what
depends on it and nothing else.
"""

import difflib
import hashlib
import json
import os
import re
import typing
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml
from pydantic import Field, ValidationError

from small_or_large.errors import StudyError
from small_or_large.schema.base import Section
from small_or_large.schema.corpus import DuplicatesConfig, IngestConfig
from small_or_large.schema.deidentify import DeidentifyConfig
from small_or_large.schema.evaluate import EvaluateConfig, PageConfig
from small_or_large.schema.models import ModelConfig
from small_or_large.schema.runs import APPROACHES, NOT_AVERAGED, SEEDED, TRAINED, RunsConfig
from small_or_large.schema.sources import SourceConfig
from small_or_large.schema.tasks import TaskConfig
from small_or_large.schema.training import (
    BaselineConfig,
    FinetuneConfig,
    InferenceConfig,
    LLMConfig,
    PretrainConfig,
    ProbeConfig,
)

NAME = r"[A-Za-z0-9][A-Za-z0-9_-]*"
RUN = re.compile(rf"(?P<model>{NAME})\.(?P<approach>[a-z_]+)(\.n(?P<labels>[1-9]\d*))?\.seed(?P<seed>\d+)")


@dataclass(frozen=True, order=True)
class Run:
    """One model on one task by one approach, with a seed and possibly a label budget."""

    task: str
    model: str
    approach: str
    labels: int | None
    seed: int

    @property
    def family(self) -> str:
        """The run without its seed: `<model>.<approach>[.n<labels>]`."""
        budget = "" if self.labels is None else f".n{self.labels}"
        return f"{self.model}.{self.approach}{budget}"

    @property
    def name(self) -> str:
        """`<model>.<approach>[.n<labels>].seed<k>`, the name of the run's files."""
        return f"{self.family}.seed{self.seed}"

    @classmethod
    def parse(cls, task: str, name: str) -> "Run":
        """The run that a file's name says; StudyError where it is no run's name."""
        match = RUN.fullmatch(name)
        if not match:
            raise StudyError(f"{name!r} is no run: expected <model>.<approach>[.n<labels>].seed<k>")
        labels = match["labels"]
        return cls(
            task, match["model"], match["approach"], int(labels) if labels else None, int(match["seed"])
        )


class Study(Section):
    """The whole study file: sources, tasks, models and runs; other sections left out take their defaults."""

    study: str = Field(
        pattern=rf"^{NAME}$", description="Name of the study: everything goes to results/<study>/."
    )
    title: str = Field(default="", description="Title of the page.")
    synthetic: bool = Field(
        default=False, description="The reports are made up: the page says so and its scores are no findings."
    )
    seed: int = Field(
        default=0, ge=0, description="Seed of everything that is drawn but has no seed of its own."
    )
    sources: dict[str, SourceConfig] = Field(description="Where reports come from.")
    ingest: IngestConfig = Field(default=IngestConfig(), description="How reports are cut into shards.")
    deidentify: DeidentifyConfig = Field(
        default=DeidentifyConfig(), description="The de-identification gate."
    )
    duplicates: DuplicatesConfig = Field(default=DuplicatesConfig(), description="Near-duplicate reports.")
    tasks: dict[str, TaskConfig] = Field(min_length=1, description="What is to be read from a report.")
    models: dict[str, ModelConfig] = Field(min_length=1, description="The competitors.")
    runs: list[RunsConfig] = Field(min_length=1, description="Which models meet which tasks, and how.")
    pretrain: PretrainConfig = Field(default=PretrainConfig(), description="Further pretraining.")
    finetune: FinetuneConfig = Field(default=FinetuneConfig(), description="Finetuning of encoders.")
    probe: ProbeConfig = Field(default=ProbeConfig(), description="Logistic regression on frozen encoders.")
    baseline: BaselineConfig = Field(default=BaselineConfig(), description="TF-IDF with a linear classifier.")
    inference: InferenceConfig = Field(default=InferenceConfig(), description="Running models over reports.")
    llm: LLMConfig = Field(default=LLMConfig(), description="Asking LLMs.")
    evaluate: EvaluateConfig = Field(default=EvaluateConfig(), description="Metrics, comparisons, costs.")
    page: PageConfig = Field(default=PageConfig(), description="The page.")

    # -- what there is -------------------------------------------------------------------------------------

    @cached_property
    def all_runs(self) -> list[Run]:
        """Every run of the study, sorted, each once."""
        runs = set()
        for block in self.runs:
            for task in block.tasks or self.tasks:
                for model in block.models:
                    config = self.models[model]
                    if config.answers and config.answers.task != task:
                        continue
                    for approach in block.approaches:
                        seeds = block.seeds if approach in SEEDED else block.seeds[:1]
                        budgets = block.labels if approach in TRAINED else [None]
                        runs |= {Run(task, model, approach, n, s) for n in budgets for s in seeds}
        return sorted(runs, key=lambda r: (r.task, r.model, r.approach, r.labels or 0, r.seed))

    def runs_of(self, task: str) -> list[Run]:
        """Every run of one task."""
        return [run for run in self.all_runs if run.task == task]

    def members_of(self, run: Run) -> list[Run]:
        """The runs that an ensemble's run averages: its members on the same task, label budget and seed; of a member
        without chance or without labels, its only run.

        Raises StudyError where the study does not run a member so.
        """
        found = []
        for member in self.models[run.model].members:
            model, _, approach = member.partition(".")
            labels = run.labels if approach in TRAINED else None
            alike = self._by_seed.get((run.task, model, approach, labels), {})
            seed = run.seed if approach in SEEDED else next(iter(alike), None)
            if seed not in alike:
                wanted = Run(run.task, model, approach, labels, run.seed)
                raise StudyError(
                    f"models.{run.model}.members: {member} is not run as {wanted.name} on {run.task}, which "
                    f"{run.name} needs; add it to runs, or take that run of {run.model} out"
                )
            found.append(alike[seed])
        return found

    @cached_property
    def _by_seed(self) -> dict[tuple, dict[int, Run]]:
        """The runs by task, model, approach and label budget, and then by seed."""
        found: dict[tuple, dict[int, Run]] = {}
        for run in self.all_runs:
            found.setdefault((run.task, run.model, run.approach, run.labels), {})[run.seed] = run
        return found

    def label_column(self, task: str) -> str:
        """Column of the reports table that holds the task's label."""
        return self.tasks[task].label or task

    def class_names(self, task: str) -> list[str]:
        """The task's declared classes, in the order of the study file: the order of score columns everywhere."""
        return list(self.tasks[task].classes)

    def root(self, model: str) -> str:
        """The model at the bottom of a chain of `base`: the one whose tokenizer all of the chain share."""
        while self.models[model].base:
            model = self.models[model].base
        return model

    @property
    def pretrained(self) -> list[str]:
        """The models that the study pretrains because a run uses them or builds on them, in the file's order."""
        used = {run.model for run in self.all_runs}
        for model in list(used):
            while model := self.models[model].base:
                used.add(model)
        return [name for name, model in self.models.items() if name in used and model.pretrain]

    def views(self) -> dict[str, list[str]]:
        """Ways in which the tasks read a report: name of the view and its sections (none: the whole text)."""
        return {self.view(task): self.tasks[task].sections for task in self.tasks}

    def view(self, task: str) -> str:
        """The view of a task: `whole`, or its sections joined by `+`."""
        return "+".join(self.tasks[task].sections) or "whole"

    def pretraining_sources(self, model: str) -> list[str]:
        """Sources that the model is pretrained on; none where it is not pretrained in this study."""
        pretrain = self.models[model].pretrain
        return pretrain.sources if pretrain else []

    # -- what each command depends on ----------------------------------------------------------------------

    def source_settings(self, source: str) -> dict[str, Any]:
        """What reading a source depends on."""
        return {"source": _plain(self.sources[source]), "shards": self.ingest.shards}

    def gate_settings(self) -> dict[str, Any]:
        """What the de-identification gate depends on."""
        return _plain(self.deidentify)

    def duplicates_settings(self) -> dict[str, Any]:
        """What finding near-duplicates depends on."""
        return _plain(self.duplicates)

    def labels_settings(self) -> dict[str, Any]:
        """What the files of the tasks' labels depend on: column, classes, and whether the split is a given one."""
        return {
            task: {
                "label": self.label_column(task),
                "classes": self.class_names(task),
                "part": self.tasks[task].split.by == "part",
            }
            for task in self.tasks
        }

    def split_settings(self, task: str) -> dict[str, Any]:
        """What the split of a task depends on."""
        return {
            "classes": self.class_names(task),
            "split": _plain(self.tasks[task].split),
            "seed": self.seed,
        }

    def origin_settings(self, model: str) -> dict[str, Any]:
        """What says which checkpoint a model's weights and tokenizer begin with."""
        config = self.models[self.root(model)]
        return {
            "checkpoint": config.checkpoint,
            "revision": config.revision,
            "create": _plain(config.create) if config.create else None,
        }

    def pretrain_settings(self, model: str) -> dict[str, Any]:
        """What pretraining a model depends on: the study's section with the model's own keys over it."""
        config = self.models[model]
        return {
            "kind": config.kind,
            "origin": self.origin_settings(model),
            "base": config.base,
            "sources": config.pretrain.sources,
            "pretrain": self._overlay("pretrain", PretrainConfig, f"models.{model}.pretrain.settings"),
        }

    def reading_settings(self, model: str) -> dict[str, Any]:
        """How a model reads a report: its length, what is left of a longer one, and its pooling."""
        config = self.models[model]
        return {
            "max_tokens": config.max_tokens,
            "long_reports": config.long_reports,
            "pooling": config.pooling,
        }

    def finetune_settings(self, run: Run) -> dict[str, Any]:
        """What a finetuned run depends on; class descriptions are not among it."""
        return {
            "classes": self.class_names(run.task),
            "origin": self.origin_settings(run.model),
            "reading": self.reading_settings(run.model),
            "finetune": self._overlay(
                "finetune", FinetuneConfig, f"models.{run.model}.finetune", f"tasks.{run.task}.finetune"
            ),
            "inference": _plain(self.inference),
        }

    def embed_settings(self, model: str) -> dict[str, Any]:
        """What a frozen encoder's vectors depend on."""
        return {
            "origin": self.origin_settings(model),
            "reading": self.reading_settings(model),
            "inference": _plain(self.inference),
        }

    def probe_settings(self, run: Run) -> dict[str, Any]:
        """What a probe depends on, its encoder's vectors apart."""
        return {
            "classes": self.class_names(run.task),
            "probe": _plain(self.probe),
            "parts": self.inference.parts,
        }

    def baseline_settings(self, run: Run) -> dict[str, Any]:
        """What the baseline depends on."""
        return {
            "classes": self.class_names(run.task),
            "sections": self.tasks[run.task].sections,
            "baseline": self._overlay("baseline", BaselineConfig, f"models.{run.model}.baseline"),
            "parts": self.inference.parts,
        }

    def zero_shot_settings(self, run: Run) -> dict[str, Any]:
        """What a zero-shot run of an encoder depends on: the class descriptions or words among it."""
        task = self.tasks[run.task]
        keys = {
            "similarity": {"descriptions": {name: c.description for name, c in task.classes.items()}},
            "cloze": {
                "template": task.template,
                "words": {name: c.words or [name] for name, c in task.classes.items()},
            },
            "untrained_head": {},
        }[run.approach]
        return {
            "classes": self.class_names(run.task),
            "origin": self.origin_settings(run.model),
            "reading": self.reading_settings(run.model),
            "inference": _plain(self.inference),
            **keys,
        }

    def llm_settings(self, run: Run) -> dict[str, Any]:
        """What an LLM's run depends on, the prompt file apart (it is an input of the rule)."""
        task, model = self.tasks[run.task], self.models[run.model]
        return {
            "question": task.question,
            "descriptions": {name: c.description for name, c in task.classes.items()},
            "sections": task.sections,
            "origin": self.origin_settings(run.model),
            "server": _plain(model.server) if model.server else None,
            "llm": _plain(self.llm),
            "inference": _plain(self.inference),
            "seed": self.seed,
        }

    def external_settings(self, run: Run) -> dict[str, Any]:
        """What reading an external model's answers depends on."""
        return {
            "classes": self.class_names(run.task),
            "answers": _plain(self.models[run.model].answers),
            "parts": self.inference.parts,
        }

    def ensemble_settings(self, run: Run) -> dict[str, Any]:
        """What an ensemble's run depends on, its members' predictions and costs apart."""
        return {
            "classes": self.class_names(run.task),
            "members": [f"{member.task}/{member.name}" for member in self.members_of(run)],
        }

    def metrics_settings(self) -> dict[str, Any]:
        """What the metrics of the runs depend on."""
        keys = ("draws", "confidence", "calibration_bins")
        evaluate = _plain(self.evaluate)
        return {
            **{key: evaluate[key] for key in keys},
            "classes": {task: self.class_names(task) for task in self.tasks},
            "seed": self.seed,
        }

    def comparison_settings(self) -> dict[str, Any]:
        """What comparisons and recommendation depend on: the models' labels among it."""
        labels = ("title", "kind", "family", "pretraining", "base", "stand_in", "members")
        models = {name: _plain(model) for name, model in self.models.items()}
        return {
            "evaluate": _plain(self.evaluate),
            "models": {name: {key: model[key] for key in labels} for name, model in models.items()},
            "classes": {task: self.class_names(task) for task in self.tasks},
            "seed": self.seed,
        }

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the study with all its defaults filled in: two studies with one fingerprint ask the same."""
        return hashlib.sha256(json.dumps(_plain(self), sort_keys=True).encode()).hexdigest()

    def _overlay(self, name: str, section: type[Section], *places: str) -> dict[str, Any]:
        """The study's section `name` with the keys found at `places` over it, checked again."""
        merged = _plain(getattr(self, name))
        for place in places:
            head, key, *rest = place.split(".")
            own: Any = getattr(self, head)[key]
            for attribute in rest:
                own = getattr(own, attribute)
            merged |= own
        return _validated(section, merged, " or ".join(places)).model_dump(mode="json")


def _plain(section: Section) -> dict[str, Any]:
    return section.model_dump(mode="json")


def _validated(section: type[Section], values: dict[str, Any], where: str) -> Any:
    """`values` as a section, or a StudyError that lists every wrong key with its place and cure."""
    try:
        return section.model_validate(values)
    except ValidationError as error:
        raise StudyError("\n".join([f"{where} is not valid:", *_complaints(section, error)])) from None


def _complaints(section: type[Section], error: ValidationError) -> list[str]:
    """One line an error: the key's full path, what is wrong, and the nearest known key for a misspelt one."""
    lines = []
    for item in error.errors(include_url=False, include_input=False):
        path = ".".join(str(part) for part in item["loc"])
        message = item["msg"].removeprefix("Value error, ")
        if item["type"] == "extra_forbidden":
            known = _keys_at(section, item["loc"][:-1])
            near = difflib.get_close_matches(str(item["loc"][-1]), known, n=1, cutoff=0.5)
            cure = f"did you mean {near[0]!r}?" if near else f"known keys: {', '.join(known)}"
            message = f"unknown key; {cure}"
        elif item["type"] == "missing":
            message = "this key is required"
        lines.append(f"  {path or '(top)'}: {message}")
    return lines


def _keys_at(section: type[Section], location: tuple) -> list[str]:
    """Keys that the schema knows at a place of the study file."""

    def sections(annotation: Any) -> list[type[Section]]:
        if isinstance(annotation, type) and issubclass(annotation, Section):
            return [annotation]
        return [found for part in typing.get_args(annotation) for found in sections(part)]

    current = [section]
    for part in location:
        fields = [s.model_fields[part] for s in current if isinstance(part, str) and part in s.model_fields]
        if fields:
            current = [found for field in fields for found in sections(field.annotation)]
    return sorted({name for s in current for name in s.model_fields})


def check_study(values: dict[str, Any], where: str = "study") -> Study:
    """A Study from a study file's values; StudyError with all complaints where they do not fit or contradict."""
    study: Study = _validated(Study, values, where)
    wrong = list(_contradictions(study)) or list(_wrong_overlays(study))
    if wrong:
        raise StudyError("\n".join([f"{where} cannot be run:", *(f"  {line}" for line in wrong)]))
    return study


def _contradictions(study: Study) -> Any:
    """Names that point at nothing, and combinations that cannot be run."""
    for section in ("sources", "tasks", "models"):
        for name in getattr(study, section):
            if not re.fullmatch(NAME, name):
                yield f"{section}.{name}: a name is made of letters, digits, _ and -"
    for name in set(study.models) & set(study.tasks):
        yield f"models.{name}: a task is called so too; their checkpoints would share a folder"
    for name, model in study.models.items():
        seen, current = {name}, model.base
        while current:
            if current not in study.models:
                yield f"models.{name}.base: no model {current!r}; models: {', '.join(study.models)}"
                break
            if current in seen:
                yield f"models.{name}.base: the models go round in a circle"
                break
            if study.models[current].kind != model.kind:
                yield f"models.{name}.base: {current} is of kind {study.models[current].kind}, {name} of {model.kind}"
            seen.add(current)
            current = study.models[current].base
        for source in study.pretraining_sources(name):
            if source not in study.sources:
                yield f"models.{name}.pretrain.sources: no source {source!r}; sources: {', '.join(study.sources)}"
        for member in model.members:
            other, _, approach = member.partition(".")
            if other not in study.models:
                yield f"models.{name}.members: no model {other!r}; models: {', '.join(study.models)}"
            elif approach not in (known := APPROACHES[study.models[other].kind]) or approach in NOT_AVERAGED:
                able = [each for each in known if each not in NOT_AVERAGED]
                yield (
                    f"models.{name}.members: {member} gives no probabilities to average; write <model>.<approach>, "
                    f"for {other} with one of {', '.join(able) or '(none)'}"
                )
        if model.answers and model.answers.task not in study.tasks:
            yield f"models.{name}.answers.task: no task {model.answers.task!r}; tasks: {', '.join(study.tasks)}"
    for position, block in enumerate(study.runs):
        for task in block.tasks:
            if task not in study.tasks:
                yield f"runs[{position}].tasks: no task {task!r}; tasks: {', '.join(study.tasks)}"
        for name in block.models:
            if name not in study.models:
                yield f"runs[{position}].models: no model {name!r}; models: {', '.join(study.models)}"
                continue
            known = APPROACHES[study.models[name].kind]
            for approach in block.approaches:
                if approach not in known:
                    yield (
                        f"runs[{position}].approaches: {name} is of kind {study.models[name].kind}, which knows "
                        f"{', '.join(known)}, not {approach}"
                    )
                if study.models[name].server and approach == "likelihood":
                    yield f"runs[{position}].approaches: a server gives no likelihoods; use choice or free_text"


def _wrong_overlays(study: Study) -> Any:
    """Keys that a model or a task lays over a section and that do not fit it; ensembles whose members are not
    run."""
    by_approach = {
        "finetuned": study.finetune_settings,
        "fitted": study.baseline_settings,
        "averaged": study.ensemble_settings,
    }
    overlays = [(by_approach[run.approach], run) for run in study.all_runs if run.approach in by_approach]
    overlays += [(study.pretrain_settings, name) for name, model in study.models.items() if model.pretrain]
    for settings, subject in overlays:
        try:
            settings(subject)
        except StudyError as error:
            yield str(error)


def read_study_file(path: str | Path) -> dict[str, Any]:
    """A study file's values as they stand; StudyError where it is missing, no YAML, or no mapping."""
    path = Path(path)
    if not path.is_file():
        raise StudyError(f"{path}: no such study file")
    try:
        values = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise StudyError(f"{path}: not YAML: {' '.join(str(error).split())}") from None
    if not isinstance(values, dict):
        raise StudyError(f"{path}: a study file is a mapping of keys")
    return values


def load_study(path: str | Path) -> Study:
    """The study in a file, checked whole.

    Raises StudyError that names every wrong key with its place in the file and the nearest right one.
    """
    return check_study(read_study_file(path), str(path))


def write_resolved(study: Study, path: str | Path) -> Path:
    """Write the study with its defaults filled in, for commands and people; left alone where nothing changed."""
    path = Path(path)
    text = yaml.safe_dump(_plain(study), sort_keys=False, allow_unicode=True, width=100)
    if not path.is_file() or path.read_text(encoding="utf-8") != text:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(f".{os.getpid()}.tmp")
        draft.write_text(text, encoding="utf-8")
        draft.replace(path)
    return path
