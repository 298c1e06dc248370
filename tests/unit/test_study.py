"""The study file: what is taken, what is refused, and what each command is told to depend on."""

import pytest
import yaml
from repository import REPOSITORY

from small_or_large.errors import StudyError
from small_or_large.runs import Run
from small_or_large.study import check_study, load_study, write_resolved

STUDIES = ["config.yaml", "studies/tcga.yaml", "studies/paper.yaml"]


@pytest.fixture
def values():
    """The default study's values, to be bent."""
    return yaml.safe_load((REPOSITORY / "config.yaml").read_text())


@pytest.mark.parametrize("name", STUDIES)
def test_shipped_studies_are_valid(name):
    study = load_study(REPOSITORY / name)
    assert len(study.all_runs) == len(set(study.all_runs))
    assert {run.task for run in study.all_runs} == set(study.tasks)


@pytest.mark.parametrize(
    ("bend", "place", "cure"),
    [
        (lambda v: v.update(modles={}), "modles", "did you mean 'models'?"),
        (lambda v: v["finetune"].update(epoch=3), "finetune.epoch", "did you mean 'epochs'?"),
        (
            lambda v: v["tasks"]["tumour_group"]["split"].update(tset=0.2),
            "tasks.tumour_group.split.tset",
            "did you mean 'test'?",
        ),
        (lambda v: v.pop("tasks"), "tasks", "required"),
        (lambda v: v["runs"][0].update(models=["tfidff"]), "runs[0].models", "no model 'tfidff'"),
        (lambda v: v["runs"][0].update(approaches=["probe"]), "runs[0].approaches", "which knows fitted"),
        (lambda v: v["models"]["minilm-registry"].update(base="minlm"), "minilm-registry.base", "no model"),
        (lambda v: v["models"]["minilm"].update(checkpoint=None), "models.minilm", "exactly one of"),
        (lambda v: v["models"]["minilm"].update(finetune={"epoch": 1}), "epoch", "did you mean 'epochs'?"),
        (lambda v: v["finetune"].update(epochs=-1), "finetune.epochs", "greater than 0"),
        (
            lambda v: v["models"].update(tumour_group=v["models"]["tfidf"]),
            "models.tumour_group",
            "share a folder",
        ),
    ],
)
def test_a_wrong_key_is_named_with_its_place_and_cure(values, bend, place, cure):
    bend(values)
    with pytest.raises(StudyError) as error:
        check_study(values, "my.yaml")
    assert place in str(error.value)
    assert cure in str(error.value)
    assert str(error.value).startswith("my.yaml")


def test_models_must_not_go_round_in_a_circle(values):
    values["models"]["minilm-clinical"]["base"] = "minilm-clinical-registry"
    with pytest.raises(StudyError, match="circle"):
        check_study(values)


@pytest.mark.parametrize("name", ["a.finetuned.seed0", "minilm-x.finetuned.n75.seed12"])
def test_a_runs_name_reads_back(name):
    assert Run.parse("task", name).name == name


@pytest.mark.parametrize("name", ["a.finetuned", "a.finetuned.n0.seed1", "a b.probe.seed0"])
def test_what_is_no_run_is_refused(name):
    with pytest.raises(StudyError, match="no run"):
        Run.parse("task", name)


def settings(values, method):
    study = check_study(values)
    return {run: getattr(study, method)(run) for run in study.all_runs if run.approach in METHODS[method]}


METHODS = {
    "finetune_settings": ["finetuned"],
    "zero_shot_settings": ["similarity", "cloze", "untrained_head"],
    "llm_settings": ["likelihood", "free_text"],
    "baseline_settings": ["fitted"],
    "probe_settings": ["probe"],
}


def test_a_class_description_reaches_zero_shot_and_llm_runs_of_its_task_and_no_training(values):
    before = {method: settings(values, method) for method in METHODS}
    values["tasks"]["tumour_group"]["classes"]["lung"]["description"] = "Something else."
    changed = {
        run
        for method in METHODS
        for run, value in settings(values, method).items()
        if value != before[method][run]
    }
    assert {run.task for run in changed} == {"tumour_group"}
    assert {run.approach for run in changed} == {"similarity", "likelihood", "free_text"}


def test_keys_of_a_task_lie_over_the_models_and_the_studys(values):
    values["finetune"]["epochs"] = 9
    values["tasks"]["tumour_group"]["finetune"] = {"epochs": 7, "batch": 4}
    values["models"]["minilm"]["finetune"] = {"batch": 2}
    study = check_study(values)
    taken = study.finetune_settings(Run("tumour_group", "minilm", "finetuned", None, 0))["finetune"]
    assert (taken["epochs"], taken["batch"]) == (7, 4), "the task's keys are the most particular ones"


def test_the_resolved_study_loads_as_the_same_and_is_left_alone(tmp_path, values):
    study = check_study(values)
    path = write_resolved(study, tmp_path / "study.yaml")
    stamp = path.stat().st_mtime_ns
    assert load_study(path).fingerprint == study.fingerprint
    write_resolved(study, path)
    assert path.stat().st_mtime_ns == stamp
