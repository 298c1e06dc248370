"""A study: the file that says what is compared on which reports, loaded, checked and asked for its parts.

`load_study` is the only way in. The `*_settings` methods return, as plain dictionaries, exactly the keys that one
command uses: Snakemake's rules name them as params and the commands read the same, so a changed key re-runs what
depends on it and nothing else.
"""

import hashlib
import json
import os
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml
from pydantic import Field

from small_or_large import contradictions
from small_or_large.errors import StudyError
from small_or_large.runs import NAME, Run
from small_or_large.schema.base import Section
from small_or_large.schema.corpus import DuplicatesConfig, IngestConfig
from small_or_large.schema.deidentify import DeidentifyConfig
from small_or_large.schema.evaluate import EvaluateConfig, PageConfig
from small_or_large.schema.models import ModelConfig
from small_or_large.schema.runs import SEEDED, TRAINED, RunsConfig
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
from small_or_large.schema.validation import validated


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
        return validated(section, merged, " or ".join(places)).model_dump(mode="json")


def _plain(section: Section) -> dict[str, Any]:
    return section.model_dump(mode="json")


def check_study(values: dict[str, Any], where: str = "study") -> Study:
    """A Study from a study file's values; StudyError with all complaints where they do not fit or contradict."""
    study: Study = validated(Study, values, where)
    wrong = contradictions.of_study(study)
    if wrong:
        raise StudyError("\n".join([f"{where} cannot be run:", *(f"  {line}" for line in wrong)]))
    return study


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
