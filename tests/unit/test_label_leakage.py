"""Label leakage: a code, a heading or a hospital that gives a class away is found, chance and rare words are not."""

import numpy as np
import pandas as pd
import pytest

from small_or_large import label_leakage

CLASSES = ["kidney", "lung", "skin"]


@pytest.fixture(scope="module")
def found() -> pd.DataFrame:
    """Reports of 600 patients: a registry code and a hospital's header that give `kidney` away, a word for `skin`."""
    random = np.random.default_rng(0)
    texts, labels, facilities = [], [], []
    for patient in range(600):
        label = CLASSES[patient % 3]
        facility = "north" if label == "kidney" and patient % 2 else str(random.choice(["east", "south"]))
        header = "NORTH HOSPITAL UROLOGY" if facility == "north" else "DEPARTMENT OF PATHOLOGY"
        body = list(random.choice([f"{a}{b}word" for a in "abcdefgh" for b in "klmnop"], 30))
        body += [f"specimen {random.integers(1000, 9999)}"]
        if label == "kidney" and patient % 2:
            body.append("Code M8312/3")
        if label == "skin":
            body.append("melanoma")
        if patient < 6 and label == "lung":
            body.append("Smithson")  # a name that two patients share
        texts.append(f"{header}\nDiagnosis: {' '.join(body)}")
        labels.append(label)
        facilities.append(facility)
    return label_leakage.find("site", texts, np.asarray(labels, dtype=object), pd.Series(facilities), CLASSES)


def row(found: pd.DataFrame, kind: str, pattern: str) -> pd.Series:
    (only,) = found[(found["kind"] == kind) & (found["pattern"] == pattern)].itertuples(index=False)
    return pd.Series(only, index=found.columns)


def test_a_code_that_gives_a_class_away(found):
    code = row(found, "code", "M8312/3")
    assert code["class"] == "kidney"
    assert (code["reports"], code["precision"], code["recall"], code["lift"]) == (
        100,
        1,
        0.5,
        pytest.approx(3),
    )
    # Entropy of 1/3, less that of what is left where the code is absent: 100 kidneys of 500 reports.
    entropy = -(1 / 3 * np.log(1 / 3) + 2 / 3 * np.log(2 / 3))
    rest = -(0.2 * np.log(0.2) + 0.8 * np.log(0.8)) * 500 / 600
    assert code["power"] == pytest.approx((entropy - rest) / entropy)
    assert code["p"] < 1e-10


def test_header_and_hospital_that_give_a_class_away(found):
    assert row(found, "heading", "NORTH HOSPITAL UROLOGY")["class"] == "kidney"
    assert row(found, "facility", "north")["precision"] == 1
    assert row(found, "token", "melanoma")["power"] == pytest.approx(1)


def test_chance_and_rare_words_are_not_shown(found):
    shown = set(found["pattern"])
    assert "smithson" not in shown
    assert shown - {"*"} == {"M8312/3", "M9999/9", "NORTH HOSPITAL UROLOGY", "north", "hospital", "urology",
                             "melanoma", "code"}  # fmt: skip


def test_how_well_a_kind_alone_tells_the_classes_apart(found):
    whole = found[found["pattern"] == "*"].set_index("kind")
    assert list(whole.index) == ["token", "code", "heading", "facility"]
    assert (whole["majority_macro_f1"] - 1 / 6).abs().max() < 0.01
    assert whole.loc["token", "macro_f1"] > 0.75
    assert 0.3 < whole.loc["facility", "macro_f1"] < 0.65


def test_one_report_a_patient_of_the_train_part():
    rows = pd.DataFrame(
        {
            "report_id": [f"r{i}" for i in range(100)],
            "patient_id": [f"p{i // 2}" for i in range(100)],
            "part": ["train" if i < 80 else "test" for i in range(100)],
        }
    )
    drawn = label_leakage.one_report_a_patient(rows, 30, seed=1)
    assert len(drawn) == 30 and drawn["patient_id"].is_unique and set(drawn["part"]) == {"train"}
    again = label_leakage.one_report_a_patient(rows.iloc[::-1], 30, seed=1)
    assert drawn["report_id"].tolist() == again["report_id"].tolist()


def test_headings_codes_and_words():
    text = "ST MARY HOSPITAL\nGross description: 3.5 cm\nFINAL DIAGNOSIS\n  carcinoma TCGA-BP-4995 C64.9"
    assert {"ST MARY HOSPITAL", "GROSS DESCRIPTION", "FINAL DIAGNOSIS"} <= label_leakage.headings(text)
    assert {"3.5", "9.9", "TCGA-BP-4995", "TCGA-BP-9999", "C64.9", "C99.9"} <= label_leakage.codes(text)
    assert label_leakage.words(text) >= {"mary", "hospital", "carcinoma"}


def test_reports_without_any_pattern():
    labels = np.asarray(["kidney", "lung"] * 20, dtype=object)
    table = label_leakage.find("site", ["?"] * 40, labels, None, ["kidney", "lung"])
    assert list(table.columns) == label_leakage.COLUMNS
    assert set(table["pattern"]) <= {"*"}
