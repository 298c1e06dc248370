"""Fit the baseline on one task and let it predict: TF-IDF of n-grams with a linear classifier.

It reads a report in milliseconds on any machine. A language model that does not beat it is not needed.
"""

import logging

import numpy as np
from scipy.special import softmax

from small_or_large import command, predictions, splits
from small_or_large.calibration import declared_logits, fit_by_validation
from small_or_large.errors import StudyError
from small_or_large.measure import Measurement
from small_or_large.runs import Run
from small_or_large.study import load_study


def vectorizer(ngrams: int, least_documents: int, characters: int = 0):
    """TF-IDF with sublinear term frequency: of word n-grams up to `ngrams` words and, where `characters` is not 0, of
    n-grams of 3 to `characters` characters within words, which survive a scanner's slips.
    """
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.pipeline import make_union

    common = {"min_df": least_documents, "sublinear_tf": True, "dtype": np.float32}
    words = TfidfVectorizer(ngram_range=(1, ngrams), **common)
    if not characters:
        return words
    return make_union(words, TfidfVectorizer(analyzer="char_wb", ngram_range=(3, characters), **common))


def classifier(kind: str, strength: float, class_weights: str):
    """A linear classifier, one class against the rest: logistic regression or, where `kind` is linear_svm, a support
    vector machine (Joachims 1998), whose margins a temperature turns into probabilities like any logits.

    On tens of thousands of n-grams and dozens of classes, some of them rare, that reads reports better than one
    multinomial regression, and the dual solver is as fast (both measured on public pathology reports).
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.multiclass import OneVsRestClassifier
    from sklearn.svm import LinearSVC

    common = {
        "C": strength,
        "class_weight": None if class_weights == "none" else class_weights,
        "dual": True,
        "tol": 1e-2,
        "random_state": 0,
    }
    if kind == "linear_svm":
        return OneVsRestClassifier(LinearSVC(**common))
    return OneVsRestClassifier(LogisticRegression(**common, solver="liblinear", max_iter=200))


def main() -> None:
    """Fit on the train part, choose the strength on validation, write predictions and costs."""
    arguments = command.parser(__doc__)
    command.add_options(
        arguments, "study", "task", "texts", "labels", "split", "predictions", "costs",
        run="run, <model>.fitted[.n<labels>].seed<k>",
    )  # fmt: skip
    given = arguments.parse_args()
    run = Run.parse(given.task, given.run)
    settings = load_study(given.study).baseline_settings(run)
    classes, baseline = settings["classes"], settings["baseline"]

    rows = predictions.labelled_part(given.labels, given.split, classes, ["train", "validation", "test"])
    train = splits.training_subset(rows, run.labels, run.seed)
    validation = rows[rows["part"] == "validation"]
    asked = rows[rows["part"].isin(settings["parts"])].reset_index(drop=True)
    logging.info("%d training, %d validation reports, %d to predict", len(train), len(validation), len(asked))

    def read(part):
        return predictions.texts(given.reports, part["report_id"].tolist(), settings["sections"])

    with Measurement(dtype="float32") as cost:
        with cost.training():
            words = vectorizer(baseline["ngrams"], baseline["least_documents"], baseline["characters"])
            try:
                features = words.fit_transform(read(train))
            except ValueError as error:
                raise StudyError(
                    f"no n-gram of the {len(train)} training reports occurs in baseline.least_documents "
                    f"({baseline['least_documents']}) of them; lower it"
                ) from error
            models = [
                (strength, classifier(baseline["classifier"], strength, baseline["class_weights"]))
                for strength in sorted(baseline["strengths"])
            ]
            strength, model, temperature, score = fit_by_validation(
                models,
                (features, train["label"].to_numpy()),
                (words.transform(read(validation)), validation["label"].to_numpy()),
                classes,
            )
        logging.info(
            "%d n-grams; strength %g, validation macro-F1 %.3f, temperature %.2f",
            features.shape[1],
            strength,
            score,
            temperature,
        )
        texts = read(asked)
        with cost.inference(len(asked)):
            scores = softmax(declared_logits(model, words.transform(texts), classes) / temperature, axis=1)
        cost.parameters = sum(int(each.coef_.size + each.intercept_.size) for each in model.estimators_)
        cost.trained_parameters = cost.parameters
    seconds = np.full(len(asked), cost.inference_seconds / len(asked))
    table = predictions.from_scores(asked, scores, classes, np.zeros(len(asked), bool), seconds)
    predictions.write(table, classes, given.predictions)
    cost.write(given.costs, temperature=temperature, strength=strength, validation_macro_f1=score)


if __name__ == "__main__":
    command.run(main)
