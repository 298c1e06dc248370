"""What is wrong with a study whose keys are all valid: names that point at nothing, combinations that cannot be run.

Each complaint is a line that begins with the place in the study file.
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from small_or_large.errors import StudyError
from small_or_large.runs import NAME
from small_or_large.schema.models import ModelConfig
from small_or_large.schema.runs import APPROACHES, NOT_AVERAGED, RunsConfig

if TYPE_CHECKING:
    from small_or_large.study import Study


def of_study(study: "Study") -> list[str]:
    """All complaints about a study; those about settings only where its names and runs are right."""
    found = [*_names(study)]
    for name, model in study.models.items():
        found += [f"models.{name}.{complaint}" for complaint in _model(study, name, model)]
    for position, block in enumerate(study.runs):
        found += [f"runs[{position}].{complaint}" for complaint in _block(study, block)]
    return found or [*_settings(study)]


def _names(study: "Study") -> Iterator[str]:
    """Names that could be no file's, and a name used twice."""
    for section in ("sources", "tasks", "models"):
        for name in getattr(study, section):
            if not re.fullmatch(NAME, name):
                yield f"{section}.{name}: a name is made of letters, digits, _ and -"
    for name in set(study.models) & set(study.tasks):
        yield f"models.{name}: a task is called so too; their checkpoints would share a folder"


def _model(study: "Study", name: str, model: ModelConfig) -> Iterator[str]:
    """What a model points at and is not there, or is of another kind."""
    yield from _bases(study, name, model)
    for source in study.pretraining_sources(name):
        if source not in study.sources:
            yield f"pretrain.sources: no source {source!r}; sources: {', '.join(study.sources)}"
    for member in model.members:
        yield from _member(study, member, model.stand_in)
    if model.answers and model.answers.task not in study.tasks:
        yield f"answers.task: no task {model.answers.task!r}; tasks: {', '.join(study.tasks)}"


def _bases(study: "Study", name: str, model: ModelConfig) -> Iterator[str]:
    """What is wrong along the chain of `base` that a model's pretraining starts from."""
    seen, current = {name}, model.base
    while current:
        if current not in study.models:
            yield f"base: no model {current!r}; models: {', '.join(study.models)}"
            return
        if current in seen:
            yield "base: the models go round in a circle"
            return
        if study.models[current].kind != model.kind:
            yield f"base: {current} is of kind {study.models[current].kind}, {name} of {model.kind}"
        seen.add(current)
        current = study.models[current].base


def _member(study: "Study", member: str, stand_in: bool) -> Iterator[str]:
    """What is wrong with a member of an ensemble; stand_in: whether the ensemble says that it stands in, too."""
    model, _, approach = member.partition(".")
    if model not in study.models:
        yield f"members: no model {model!r}; models: {', '.join(study.models)}"
        return
    able = [known for known in APPROACHES[study.models[model].kind] if known not in NOT_AVERAGED]
    if approach not in able:
        yield (
            f"members: {member} gives no probabilities to average; write <model>.<approach>, for {model} with one "
            f"of {', '.join(able) or '(none)'}"
        )
    if study.models[model].stand_in and not stand_in:
        yield f"stand_in: {model} stands in for another model, so what averages it does; write stand_in: true"


def _block(study: "Study", block: RunsConfig) -> Iterator[str]:
    """What is wrong with a block of runs."""
    for task in block.tasks:
        if task not in study.tasks:
            yield f"tasks: no task {task!r}; tasks: {', '.join(study.tasks)}"
    for name in block.models:
        if name not in study.models:
            yield f"models: no model {name!r}; models: {', '.join(study.models)}"
            continue
        model = study.models[name]
        known = APPROACHES[model.kind]
        for approach in block.approaches:
            if approach not in known:
                yield (
                    f"approaches: {name} is of kind {model.kind}, which knows {', '.join(known)}, not {approach}"
                )
            if model.server and approach == "likelihood":
                yield "approaches: a server gives no likelihoods; use choice or free_text"


def _settings(study: "Study") -> Iterator[str]:
    """Keys that a model or a task lays over a section and that do not fit it; ensembles whose members are not run."""
    by_approach = {
        "finetuned": study.finetune_settings,
        "fitted": study.baseline_settings,
        "averaged": study.ensemble_settings,
    }
    asked = [(by_approach[run.approach], run) for run in study.all_runs if run.approach in by_approach]
    asked += [(study.pretrain_settings, name) for name, model in study.models.items() if model.pretrain]
    for settings, subject in asked:
        try:
            settings(subject)
        except StudyError as error:
            yield str(error)
