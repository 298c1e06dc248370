"""Label leakage: single words, codes, headings and facilities that alone give a task's class away.

A registry code, a barcode, or the header of a hospital that sends one kind of tumour lets a model score well
without reading the diagnosis, and it will fail where the code or the hospital is missing. What is found here is
for a person to judge: `melanoma` giving away melanoma is medicine, `TCGA-BP-9999` giving away a kidney is not.
"""

import re
from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd
from scipy.sparse import csr_array
from scipy.stats import hypergeom
from sklearn.dummy import DummyClassifier
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.model_selection import StratifiedKFold, cross_val_predict

# A pattern is shown only if this many patients have it, so that none can be traced to a person.
FEWEST_PATIENTS = 10
# What counts as giving a class away: this share of the reports with the pattern are of the class, and the
# association is no chance at this level after Bonferroni's correction over all patterns and classes.
PRECISION = 0.8
LEVEL = 0.01
SHOWN = 20  # strongest patterns of a kind
FEATURES = 1000  # most patterns of a kind that its classifier sees

WORD = re.compile(r"[^\W\d_]{3,}")
CODE = re.compile(r"\b(?=[\w./-]*\d)[A-Za-z0-9]+(?:[./-][A-Za-z0-9]+)*\b")
LINE = re.compile(r"^[ \t]*([^\W\d_][^\n:]{2,60}?)[ \t]*:", re.MULTILINE)
CAPITALS = re.compile(r"\b([A-Z][A-Z /&-]{4,60}[A-Z])\b[ \t]*(?::|$)", re.MULTILINE)
COLUMNS = ["task", "kind", "pattern", "class", "reports", "precision", "recall", "lift", "power", "p", "macro_f1",
           "majority_macro_f1"]  # fmt: skip


def words(text: str) -> set[str]:
    """Words of three letters or more, in lower case."""
    return set(WORD.findall(text.lower()))


def codes(text: str) -> set[str]:
    """Whatever holds a digit: as it stands (`8140/3`), and as a shape with every digit a 9 (`TCGA-BP-9999`)."""
    found = set(CODE.findall(text))
    return found | {re.sub(r"\d", "9", code) for code in found}


def headings(text: str) -> set[str]:
    """Line headings, capitals before a colon or a line's end, and the first line; capitals, every digit a 9."""
    first = re.sub(r"^[\W_]+", "", text).split("\n", 1)[0][:80]
    found = {*LINE.findall(text), *CAPITALS.findall(text), first}
    return {re.sub(r"\d", "9", " ".join(heading.upper().split())) for heading in found} - {""}


KINDS: dict[str, Callable[[str], set[str]]] = {"token": words, "code": codes, "heading": headings}


def one_report_a_patient(rows: pd.DataFrame, most: int, seed: int) -> pd.DataFrame:
    """At most `most` training rows (report_id, patient_id, part, label), drawn at random, one a patient: reports of
    one patient are no independent witnesses."""
    train = rows[rows["part"] == "train"].sort_values("report_id", kind="stable")
    train = train.sample(frac=1, random_state=np.random.RandomState(seed)).drop_duplicates("patient_id")
    return train.head(most).sort_values("report_id", kind="stable").reset_index(drop=True)


def find(
    task: str, texts: list[str], labels: np.ndarray, facilities: pd.Series | None, classes: list[str]
) -> pd.DataFrame:
    """What gives the classes of a task away in n reports of n different patients: rows of label_leakage.csv.

    One row a pattern and class: `precision`, share of the reports with the pattern that are of the class; `recall`,
    share of the class's reports that have it; `lift`, precision over the class's share; `power`, share of the
    class's entropy that the pattern explains (uncertainty coefficient, 0 to 1); `p`, hypergeometric, Bonferroni.
    One row a kind with pattern and class `*`: `macro_f1` of logistic regression on the patterns of that kind alone,
    in 5-fold cross-validation, beside that of the most frequent class.
    """
    found = []
    for kind, presence, names in _presences(texts, facilities):
        found.append(_patterns(kind, presence, names, labels, classes))
        found.append(_classifier(kind, presence, labels, classes))
    table = pd.concat([part for part in found if len(part)] or [pd.DataFrame(columns=COLUMNS)])
    return table.assign(task=task).reindex(columns=COLUMNS).reset_index(drop=True)


def _presences(texts: list[str], facilities: pd.Series | None) -> Iterator[tuple[str, csr_array, np.ndarray]]:
    """Kind, n x patterns matrix of zeros and ones, names of the patterns that enough patients have."""
    for kind, analyzer in KINDS.items():
        yield _presence(kind, texts, analyzer)
    if facilities is not None and facilities.notna().any():
        yield _presence("facility", facilities.fillna(""), lambda name: {name} - {""})


def _presence(kind: str, values: list[str], analyzer: Callable) -> tuple[str, csr_array, np.ndarray]:
    counter = CountVectorizer(analyzer=analyzer, binary=True, dtype=np.int32)
    try:
        presence = counter.fit_transform(values).tocsc()
    except ValueError:  # no value has any pattern of this kind: an empty vocabulary
        return kind, csr_array((len(values), 0), dtype=np.int32), np.zeros(0, dtype=object)
    enough = np.asarray(presence.sum(axis=0)).ravel() >= FEWEST_PATIENTS
    return kind, csr_array(presence[:, enough]), counter.get_feature_names_out()[enough]


def _patterns(
    kind: str, presence: csr_array, names: np.ndarray, labels: np.ndarray, classes: list[str]
) -> pd.DataFrame:
    """The strongest patterns of a kind that give a class away."""
    n, tests = len(labels), max(len(names) * len(classes), 1)
    of_class = np.stack([labels == name for name in classes]).astype(np.float64)  # classes x n
    both = of_class @ presence  # classes x patterns
    with_pattern = np.asarray(presence.sum(axis=0), dtype=np.float64).ravel()[None, :]
    in_class = of_class.sum(axis=1)[:, None]
    precision = both / np.maximum(with_pattern, 1)
    share = in_class / n
    which, pattern = np.nonzero((precision >= PRECISION) & (precision > share))
    both, with_pattern, in_class = both[which, pattern], with_pattern[0, pattern], in_class[which, 0]
    p = np.minimum(hypergeom.sf(both - 1, n, in_class, with_pattern) * tests, 1)
    power = _uncertainty_coefficient(both, with_pattern, in_class, n)
    table = pd.DataFrame(
        {
            "kind": kind,
            "pattern": names[pattern],
            "class": np.asarray(classes, dtype=object)[which],
            "reports": with_pattern.astype(np.int64),
            "precision": both / with_pattern,
            "recall": both / in_class,
            "lift": (both / with_pattern) / (in_class / n),
            "power": power,
            "p": p,
        }
    )
    table = table[table["p"] < LEVEL].sort_values(["power", "pattern"], ascending=[False, True])
    return table.head(SHOWN)


def _uncertainty_coefficient(
    both: np.ndarray, with_pattern: np.ndarray, in_class: np.ndarray, n: int
) -> np.ndarray:
    """Mutual information of pattern and class over the entropy of the class (Theil's U)."""

    def entropy(*counts: np.ndarray) -> np.ndarray:
        shares = np.stack(counts) / n
        return -np.where(shares > 0, shares * np.log(np.where(shares > 0, shares, 1)), 0).sum(axis=0)

    of_class = entropy(in_class, n - in_class)
    joint = entropy(both, with_pattern - both, in_class - both, n - with_pattern - in_class + both)
    shared = of_class + entropy(with_pattern, n - with_pattern) - joint
    return np.divide(shared, of_class, out=np.zeros_like(shared), where=of_class > 0)


def _classifier(kind: str, presence: csr_array, labels: np.ndarray, classes: list[str]) -> pd.DataFrame:
    """How well a kind of pattern alone tells the classes apart, in cross-validation, beside the majority class."""
    frequency = np.asarray(presence.sum(axis=0)).ravel()
    most = np.sort(np.argsort(-frequency, kind="stable")[:FEATURES])
    folds = int(min(5, pd.Series(labels).value_counts().min()))
    if not len(most) or folds < 2:
        return pd.DataFrame()
    cut = StratifiedKFold(folds, shuffle=True, random_state=0)

    def macro_f1(model, values) -> float:
        predicted = cross_val_predict(model, values, labels, cv=cut)
        return float(f1_score(labels, predicted, labels=classes, average="macro", zero_division=0))

    features = presence[:, most].astype(np.float64)
    return pd.DataFrame(
        {
            "kind": [kind],
            "pattern": "*",
            "class": "*",
            "reports": int((presence.sum(axis=1) > 0).sum()),
            "macro_f1": macro_f1(LogisticRegression(class_weight="balanced", max_iter=200), features),
            "majority_macro_f1": macro_f1(DummyClassifier(strategy="most_frequent"), features),
        }
    )
