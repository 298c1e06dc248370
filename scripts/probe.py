"""Fit a probe on one task and let it predict: logistic regression on a frozen encoder's vectors.

The step between zero-shot and finetuning: it needs labels but no training of the encoder, and shows what the encoder
knows as it is.
"""

import logging

from scipy.special import softmax

from small_or_large import command, embeddings, predictions, splits
from small_or_large.calibration import declared_logits, fit_by_validation
from small_or_large.measure import Measurement
from small_or_large.runs import Run
from small_or_large.study import load_study

log = logging.getLogger(__name__)


def candidates(strengths: list[float], class_weights: str) -> list:
    """The probes that validation decides between: vectors standardised or brought to length one, by strength."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import Normalizer, StandardScaler

    weights = None if class_weights == "none" else class_weights
    return [
        (
            (name, strength),
            make_pipeline(
                scaler(), LogisticRegression(C=strength, class_weight=weights, max_iter=1000, tol=1e-3)
            ),
        )
        for strength in sorted(strengths)
        for name, scaler in (("length one", Normalizer), ("standardised", StandardScaler))
    ]


def main() -> None:
    """Fit on the train part, choose on validation, write predictions and costs."""
    arguments = command.parser(__doc__)
    command.add_options(
        arguments, "study", "task", "labels", "split", "embeddings", "predictions", "costs",
        run="run, <model>.probe[.n<labels>].seed<k>",
    )  # fmt: skip
    given = arguments.parse_args()
    run, study = Run.parse(given.task, given.run), load_study(given.study)
    settings, view = study.probe_settings(run), study.view(run.task)
    classes = settings["classes"]

    rows = predictions.labelled_part(given.labels, given.split, classes, ["train", "validation", "test"])
    train = splits.training_subset(rows, run.labels, run.seed)
    validation = rows[rows["part"] == "validation"]
    asked = rows[rows["part"].isin(settings["parts"])].reset_index(drop=True)
    log.info("%d training, %d validation reports, %d to predict", len(train), len(validation), len(asked))

    def read(part):
        return embeddings.read(given.embeddings, view, part["report_id"].tolist())

    shown, checked, test = read(train), read(validation), read(asked)
    with Measurement(dtype=test.costs["dtype"]) as cost:
        with cost.training():
            (scaling, strength), model, temperature, score = fit_by_validation(
                candidates(settings["probe"]["strengths"], settings["probe"]["class_weights"]),
                (shown.vectors, train["label"].to_numpy()),
                (checked.vectors, validation["label"].to_numpy()),
                classes,
            )
        with cost.inference(len(asked)):
            scores = softmax(declared_logits(model, test.vectors, classes) / temperature, axis=1)
    log.info(
        "vectors %s, strength %g, validation macro-F1 %.3f, temperature %.2f",
        scaling,
        strength,
        score,
        temperature,
    )
    seconds = test.seconds + cost.inference_seconds / len(asked)
    predictions.write(
        predictions.from_scores(asked, scores, classes, test.truncated, seconds), classes, given.predictions
    )
    # The encoder's work is part of the probe's: it read the training reports once, and reads every new one.
    fitted = model[-1].coef_.size + model[-1].intercept_.size
    cost.parameters, cost.trained_parameters = test.costs["parameters"] + fitted, fitted
    cost.train_seconds += float(shown.seconds.sum())
    cost.inference_seconds = float(seconds.sum())
    figures = {name: test.costs[name] for name in ("device", "peak_memory_mib", "peak_gpu_memory_mib")}
    energy = {"energy_kwh": test.share_of_energy(), "energy_method": test.costs["energy_method"]}
    chosen = {
        "scaling": scaling,
        "strength": strength,
        "temperature": temperature,
        "validation_macro_f1": score,
    }
    cost.write(given.costs, **figures, **energy, **chosen)


if __name__ == "__main__":
    command.run(main)
