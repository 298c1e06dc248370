"""Temperature scaling (Guo et al., On Calibration of Modern Neural Networks, 2017): one number, fitted on validation
reports, that makes a classifier's probabilities honest and changes none of its answers.
"""

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax

from small_or_large.errors import StudyError

# Beyond these a classifier is all but constant or all but certain, and the fit has run away.
COLDEST, HOTTEST = 0.02, 50.0


def fit_temperature(logits: np.ndarray, labels: np.ndarray) -> float:
    """The temperature that makes the labels most probable.

    logits: n x classes, -inf where a class cannot be predicted; labels: n positions of classes. Rows whose label
    cannot be predicted say nothing about the temperature and are left out. 1 where no row is left.
    """
    possible = np.isfinite(logits[np.arange(len(labels)), labels])
    logits, labels = logits[possible], labels[possible]
    if not len(labels):
        return 1.0

    def loss(log_temperature: float) -> float:
        scores = log_softmax(logits / np.exp(log_temperature), axis=1)
        return -float(scores[np.arange(len(labels)), labels].mean())

    found = minimize_scalar(loss, bounds=(np.log(COLDEST), np.log(HOTTEST)), method="bounded")
    return float(np.exp(found.x))


def declared_logits(model, features, classes: list[str]) -> np.ndarray:
    """Logits of a fitted scikit-learn linear classifier in the order of the declared classes (n x classes).

    A class that the model was never shown gets -inf.
    """
    logits = np.asarray(model.decision_function(features), dtype=np.float64)
    if logits.ndim == 1:
        # Two classes: one logit, of the second against the first.
        logits = np.column_stack([np.zeros_like(logits), logits])
    whole = np.full((len(logits), len(classes)), -np.inf)
    whole[:, [classes.index(name) for name in model.classes_]] = logits
    return whole


def fit_by_validation(models, train, validation, classes: list[str]):
    """The model that reads the validation part best, and its temperature.

    models: pairs of a name and an unfitted classifier, in the order of preference (the most regularised first: it
    wins a tie); train and validation: pairs of features and labels. Out comes (name, fitted model, temperature,
    validation macro-F1 over the declared classes). Raises StudyError where the train part shows one class only
    or the validation part is empty.
    """
    from sklearn.metrics import f1_score

    seen = sorted(set(train[1]))
    if not len(validation[1]):
        raise StudyError("the validation part is empty, and it is what decides on the strength")
    if len(seen) < 2:
        raise StudyError(
            f"the train part shows no class but {', '.join(seen)}; a classifier needs two or more"
        )
    best = None
    for name, model in models:
        model.fit(*train)
        logits = declared_logits(model, validation[0], classes)
        answers = [classes[position] for position in logits.argmax(axis=1)]
        score = f1_score(validation[1], answers, labels=classes, average="macro", zero_division=0)
        if best is None or score > best[3]:
            positions = np.array([classes.index(label) for label in validation[1]])
            best = name, model, fit_temperature(logits, positions), float(score)
    return best
