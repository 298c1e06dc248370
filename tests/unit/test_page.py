"""From predictions to the page by the four commands, on a made-up study; and what the page must never do."""

import json
import re
import sys
from html.parser import HTMLParser

import in_process
import pandas as pd
import pandera.pandas as pa
import pytest
from made_up_runs import STUDY, write_study
from untraced import call_untraced, untraced

import compare
import evaluate
import recommend
import report
from small_or_large import comparisons, metrics
from small_or_large.page import plots, render
from small_or_large.study import load_study

TEXT = "the patient sneezed <b>zzyzx</b>"


def command(name, folder, *more):
    """Run a command of the project in `folder`: what it printed and returned."""
    with pytest.MonkeyPatch.context() as patch, untraced():
        patch.chdir(folder)
        return in_process.command(f"{name}.py", "--study", "study.yaml", *more)


def here(module, folder, *more):
    """Run a command of the project in `folder`, in this process."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setattr(sys, "argv", [module.__name__, "--study", "study.yaml", *more])
        module.main()


def evaluated(folder):
    """Run all four commands on the study in a folder."""
    for module in (evaluate, compare, recommend, report):
        here(module, folder)
    return folder


@pytest.fixture(scope="module", autouse=True)
def columns_checked_untraced():
    """Coverage does not follow how pandera checks a column, some ten thousand times: most of what is done here."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pa.Column, "validate", call_untraced(pa.Column.validate))
        yield


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("study")
    write_study(made)
    return evaluated(made)


@pytest.fixture(scope="module")
def results(folder):
    return folder / "results" / "made-up"


@pytest.fixture(scope="module")
def page(results):
    return (results / "report.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def recommended(results):
    return json.loads((results / "recommendation.json").read_text())


class Tags(HTMLParser):
    """Collects start tags with attributes, ids, and complains of tags that do not nest."""

    VOID = {"meta", "link", "br", "rect", "line", "circle", "polygon", "polyline", "option"}

    def __init__(self):
        super().__init__()
        self.found, self.open, self.broken = [], [], []

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        if tag in self.VOID:
            return
        if not self.open or self.open.pop() != tag:
            self.broken.append(tag)


@pytest.fixture(scope="module")
def tags(page):
    parser = Tags()
    parser.feed(page)
    assert not parser.broken and not parser.open
    return parser.found


def test_the_page_asks_nobody_for_anything(page, tags):
    for _, attributes in tags:
        for key in ("src", "href", "action", "data", "poster", "srcset"):
            target = attributes.get(key) or ""
            assert target == "" or target.startswith(("#", "data:")), attributes
    assert not re.search(r"@import|url\(|fetch\(|XMLHttpRequest|https?://", page)


def test_every_link_in_the_page_leads_somewhere(tags):
    ids = [attributes["id"] for _, attributes in tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    for tag, attributes in tags:
        if tag == "a":
            assert attributes["href"][1:] in ids
        if tag == "option":
            assert attributes["value"] in ids


def test_the_answer_comes_first_and_is_the_recommendation(page, recommended):
    order = [
        page.index(f'id="{name}"') for name in ("answer", "questions", "runs", "classes", "costs", "data")
    ]
    assert order == sorted(order)
    answers = page[order[0] : order[1]]
    for entry in recommended.values():
        assert entry["answer"].replace("<", "&lt;") in answers


def test_figures_of_the_page_are_those_of_the_tables(page, results, recommended):
    measured = metrics.read(results / "metrics.csv")
    for task, entry in recommended.items():
        value = metrics.values(measured, task, "test", "macro_f1")[metrics.Family.parse(entry["family"])]
        assert entry["test"]["macro_f1"]["value"] == pytest.approx(value)
        assert f"<dd>{value:.3f}<small>" in page
    for row in comparisons.read(results / "comparisons.csv").itertuples():
        assert f"{row.low:+.3f} to {row.high:+.3f}" in page


def test_notices_stand_on_top(page):
    top = page[: page.index('id="answer"')]
    assert "Synthetic reports." in top
    assert "Tiny LLM stands in" in top
    assert "No audit of the de-identification was made." in top
    assert "contains report text" not in top


def test_stand_ins_are_marked_and_never_recommended(page, recommended):
    rows = re.findall(r"<tr[^>]*>(?:(?!</tr>).)*Tiny LLM(?:(?!</tr>).)*</tr>", page, flags=re.S)
    assert len(rows) >= 6
    assert all("stand-in" in row for row in rows)
    assert all("tiny-llm" not in entry["family"] for entry in recommended.values())
    assert all(
        "tiny-llm" not in candidate["family"]
        for entry in recommended.values()
        for candidate in entry["candidates"]
    )


def test_external_models_have_no_cost_and_are_not_chosen_on_test(recommended):
    entry = recommended["tumour_group"]
    assert {"family": "gpt.answers", "why": entry["left_out"][0]["why"]} == entry["left_out"][0]
    assert "validation" in entry["left_out"][0]["why"]


def test_the_choice_is_the_best_on_validation_within_the_margin(recommended, results):
    measured = metrics.read(results / "metrics.csv")
    for task, entry in recommended.items():
        validation = metrics.values(measured, task, "validation", "macro_f1")
        best = max(v for f, v in validation.items() if f.model != "tiny-llm" and f.labels is None)
        assert best - validation[metrics.Family.parse(entry["family"])] <= 0.02


def test_tables_for_dvc(results, recommended):
    summary = json.loads((results / "metrics.json").read_text())
    assert set(summary) == set(recommended)
    assert 0 < summary["reportability"]["tfidf.fitted"] < 1
    curve = pd.read_csv(results / "plots" / "label_curve.csv")
    budgets = curve[(curve["model"] == "minilm-registry") & (curve["task"] == "leukaemia_histology")]
    assert list(budgets[budgets["approach"] == "finetuned"]["labels"]) == [60, 120, 300]
    assert recommended["leukaemia_histology"]["more_labels"]["labels"] == 300
    confusion = pd.read_csv(results / "plots" / "confusion_tumour_group.csv")
    assert list(confusion.columns) == ["actual", "predicted"] and len(confusion) == 240


def test_absence_is_stated(page):
    for words in ("No account of ingestion", "No account of near-duplicates", "No check of label leakage"):
        assert words in page
    assert "No provenance (provenance.json) was at hand." in page


def test_a_study_with_nothing_to_compare_says_so(tmp_path):
    few = """runs:
  - {models: [tfidf], approaches: [fitted], tasks: [reportability]}
  - {models: [gpt], approaches: [answers], seeds: [1, 2], tasks: [tumour_group]}
  - {models: [tiny-llm], approaches: [free_text], tasks: [leukaemia_histology]}
"""
    head, tail = STUDY.split("runs:\n")
    write_study(tmp_path, 30, head + few + tail[tail.index("evaluate:") :])
    results = evaluated(tmp_path) / "results" / "made-up"
    assert comparisons.read(results / "comparisons.csv").empty
    found = json.loads((results / "recommendation.json").read_text())
    assert found["reportability"]["certainty"] == "only candidate"
    for task, why in {"tumour_group": "validation", "leukaemia_histology": "stands in"}.items():
        assert found[task]["run"] is None
        assert found[task]["answer"].startswith("Cannot tell") and why in found[task]["answer"]
    assert "No pair of runs in this study answers it." in (results / "report.html").read_text()


def test_the_page_tells_of_the_data_where_the_tables_are_there(folder, results, tmp_path):
    corpus = {
        "sources": {"registry": {"rows_in": 1234, "accepted": 1200, "quarantined": {"empty text": 34}}},
        "entities": {"PERSON": 4321},
    }
    leakage = pd.DataFrame(
        [
            ["tumour_group", "token", "mammary", "breast", 40, 0.9, 0.5, 3.0, 0.6, 0.001, None, None],
            ["tumour_group", "token", "*", None, None, None, None, None, None, None, 0.71, 0.12],
        ],
        columns=[
            "task",
            "kind",
            "pattern",
            "class",
            "reports",
            "precision",
            "recall",
            "lift",
            "power",
            "p",
            "macro_f1",
            "majority_macro_f1",
        ],
    )
    provenance = {
        "git_commit": "c0ffee",
        "data": [],
        "versions": {"torch": "2.13.0"},
        "created": "2026-01-01",
    }
    (results / "corpus.json").write_text(json.dumps(corpus))
    (results / "provenance.json").write_text(json.dumps(provenance))
    leakage.to_csv(results / "label_leakage.csv", index=False)
    pd.DataFrame({"report_id": list("abc"), "group": [1, 1, 2]}).to_parquet(results / "duplicates.parquet")
    here(report, folder, "--output", str(tmp_path / "full.html"))
    full = (tmp_path / "full.html").read_text()
    for words in (
        "1,234",
        "empty text: 34",
        "4,321",
        "2 reports lie in 1 groups",
        "mammary",
        "0.71",
        "c0ffee",
    ):
        assert words in full
    assert "at hand" not in full


def test_report_text_is_shown_only_when_asked_for(folder, results, page, recommended):
    ids = set()
    for path in (results / "splits").glob("*.csv"):
        ids |= set(pd.read_csv(path)["report_id"])
    reports = pd.DataFrame({"report_id": sorted(ids), "patient_id": "p", "text": TEXT})
    reports.to_parquet(results / "reports.parquet")
    assert "zzyzx" not in page
    study = folder / "open.yaml"
    study.write_text((folder / "study.yaml").read_text() + "page: {show_text: true, examples: 2}\n")
    done = command("report", folder, "--study", "open.yaml", "--output", "open.html")
    assert done.returncode == 0, done.stderr
    shown = (folder / "open.html").read_text()
    assert shown.index("This page contains report text") < shown.index('id="answer"')
    assert shown.count("the patient sneezed &lt;b&gt;zzyzx") == 2 * len(recommended)
    assert "zzyzx" not in done.stderr


def test_pretraining_is_told_once_with_its_losses_and_price(folder, page):
    section = page[page.index("<h3>Pretraining</h3>") :].partition("</section>")[0]
    rows = re.findall(r"<tr.*?</tr>", section, re.DOTALL)[1:]
    study = load_study(folder / "study.yaml")
    assert len(rows) == len(study.pretrained) > 1
    hour = study.evaluate.costs.cpu_hour
    for place, (row, model) in enumerate(zip(rows, study.pretrained, strict=True)):
        assert study.models[model].title in row and f"{50_000 + place:,}" in row
        assert f"{7.25 + place:.2f}" in row and f"{3.5 + place:.2f}" in row
        assert render.money(2 * hour) in row
    assert ["untrained head" in row for row in rows] == [place == 0 for place in range(len(rows))]


def test_a_checkpoint_that_says_nothing_of_its_pretraining_is_named(folder, results):
    path = next((results / "checkpoints").glob("*/pretraining.json"))
    moved = path.rename(path.with_suffix(".away"))
    try:
        done = command("report", folder, "--output", "x.html")
    finally:
        moved.rename(path)
    assert done.returncode == 2 and f"{path.parent.name}/pretraining.json" in done.stderr


def test_a_missing_run_is_named(folder, results):
    path = results / "predictions" / "reportability" / "tfidf.fitted.seed0.parquet"
    moved = path.rename(path.with_suffix(".away"))
    try:
        done = command("evaluate", folder, "--task", "reportability", "--output", "x.csv")
    finally:
        moved.rename(path)
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].startswith("error: ") and "tfidf.fitted.seed0.parquet" in done.stderr


@untraced()
def test_evaluation_of_one_task_gives_the_same_figures(folder, results):
    here(evaluate, folder, "--task", "leukaemia_histology", "--output", "one.csv")
    whole = metrics.read(results / "metrics.csv")
    one = metrics.read(folder / "one.csv")
    expected = whole[whole["task"] == "leukaemia_histology"].reset_index(drop=True)
    pd.testing.assert_frame_equal(one, expected)


def test_ticks_are_round_and_inside():
    assert plots.ticks(0.0, 1.0) == [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]
    assert plots.ticks(-0.07, 0.11) == [-0.05, 0.0, 0.05, 0.1]


def test_a_drawing_escapes_names():
    axis = plots.score_axis([0.5])
    assert "<script>" not in plots.interval(axis, 0.7, 0.6, 0.8, "large", "<script>")


def test_one_model_with_a_known_cost_is_drawn_too():
    point = {"name": "tfidf", "kind": "baseline", "hollow": False, "cost": 0.5}
    drawn = plots.cost_scatter([point | {"value": 0.9, "low": 0.8, "high": 0.95}], "EUR", "by cost")
    assert drawn.count("<circle") == 1 and ">tfidf</text>" in drawn
