"""Classify the reports of one task by an encoder that has seen no label of it, in one of three ways.

similarity: the class whose description's vector is nearest to the report's (cosine). cloze: a masked language model
fills a slot behind the report with words of the classes. untrained_head: a linear head as finetuning begins with it,
never trained; this is what "zero-shot" means where an encoder is simply run as a classifier, and it is chance.
None of them uses a label, so their probabilities are not calibrated: their temperatures are fixed.
"""

import json
import logging

import numpy as np
from scipy.special import softmax

from small_or_large import checkpoints, command, devices, embeddings, predictions, tokens
from small_or_large.measure import Measurement, parameters
from small_or_large.progress import Progress
from small_or_large.runs import Run
from small_or_large.study import load_study

log = logging.getLogger(__name__)

# Cosines lie close together; sentence encoders are trained with this temperature (a scale of 20).
SIMILARITY_TEMPERATURE = 0.05


def by_similarity(folder, settings, vectors: np.ndarray) -> np.ndarray:
    """Log-scores (n x classes): cosine of report and class description, sharpened."""
    model = checkpoints.load_encoder(folder)
    tokenizer = checkpoints.load_tokenizer(folder)
    reading = tokens.Reading.of(tokenizer, settings["reading"], tokens.positions(model.config))
    descriptions = [
        tokenizer(settings["descriptions"][name], add_special_tokens=False, verbose=False)["input_ids"]
        for name in settings["classes"]
    ]
    rows = [reading.rows(np.array(ids, dtype=np.int64))[0] for ids in descriptions]
    pooling = settings["reading"]["pooling"]
    classes, _ = embeddings.embed(
        model, rows, reading.pad, pooling, settings["inference"]["batch_tokens"], "float32"
    )
    classes = classes / np.linalg.norm(classes, axis=1, keepdims=True)
    vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors @ classes.T / SIMILARITY_TEMPERATURE


def by_untrained_head(folder, settings, vectors: np.ndarray, seed: int) -> np.ndarray:
    """Logits (n x classes) of a linear head with the weights that finetuning would begin with (normal, no bias)."""
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    random = np.random.default_rng([seed, 0x2E])
    head = random.normal(
        0, config.get("initializer_range", 0.02), (vectors.shape[1], len(settings["classes"]))
    )
    return vectors @ head


def by_cloze(folder, settings, ids) -> tuple[np.ndarray, np.ndarray, np.ndarray, Measurement, bool]:
    """Log-scores (n x classes), truncated, seconds, the cost, and whether the masked-LM head is a fresh one.

    ids: the reports' tokens.
    """
    from small_or_large.cloze import Cloze

    device = devices.choose()
    precision = devices.precision(settings["inference"]["precision"], device)
    model, fresh = checkpoints.load_masked_lm(folder)
    if fresh:
        log.warning(
            "the checkpoint has no masked-LM head: an untrained one fills the slot, so cloze is near chance"
        )
    model = model.to(device)
    cloze = Cloze(
        model,
        checkpoints.load_tokenizer(folder),
        settings["reading"],
        settings["template"],
        settings["words"],
    )
    truncated = cloze.truncated(ids)
    progress = Progress(len(ids) * len(cloze.lengths))
    with Measurement(device, precision) as cost:
        cost.parameters = parameters(model)[0]
        with cost.inference(len(ids)):
            scores, seconds = cloze.score(
                ids, settings["inference"]["batch_tokens"], precision, progress.step
            )
    return scores, truncated, seconds, cost, fresh


def main() -> None:
    """Classify, write answers and costs."""
    arguments = command.parser(__doc__)
    command.add_options(
        arguments, "study", "task", "split", "checkpoint", "answers", "costs",
        run="run, <model>.<similarity|cloze|untrained_head>.seed<k>",
    )  # fmt: skip
    arguments.add_argument("--embeddings", nargs="?", help="the encoder's embeddings (not for cloze)")
    arguments.add_argument("--tokens", help="tokenized reports of the model (folder; cloze only)")
    given = arguments.parse_args()
    run, study = Run.parse(given.task, given.run), load_study(given.study)
    settings, view = study.zero_shot_settings(run), study.view(run.task)
    classes = settings["classes"]
    needed = "tokens" if run.approach == "cloze" else "embeddings"
    if not getattr(given, needed):
        arguments.error(f"{run.approach} needs --{needed}")
    folder = (
        checkpoints.checked(given.checkpoint) if given.checkpoint else checkpoints.locate(settings["origin"])
    )
    rows = predictions.unlabelled_part(given.split, settings["inference"]["parts"])
    names = rows["report_id"].tolist()
    log.info("%s: %d reports, %d classes", run.approach, len(rows), len(classes))

    if run.approach == "cloze":
        ids = tokens.TokenCache(given.tokens).read(names, view)
        scores, truncated, seconds, cost, fresh = by_cloze(folder, settings, ids)
        more = {"fresh_head": fresh}
    else:
        found = embeddings.read(given.embeddings, view, names)
        with Measurement(dtype=found.costs["dtype"]) as cost, cost.inference(len(rows)):
            if run.approach == "similarity":
                scores = by_similarity(folder, settings, found.vectors)
            else:
                scores = by_untrained_head(folder, settings, found.vectors, run.seed)
        truncated = found.truncated
        # The encoder read the reports when it embedded them; what is left is next to nothing.
        seconds = found.seconds
        cost.parameters = found.costs["parameters"]
        cost.inference_seconds = float(seconds.sum())
        more = {name: found.costs[name] for name in ("device", "peak_memory_mib", "peak_gpu_memory_mib")}
        more |= {"energy_kwh": found.share_of_energy(), "energy_method": found.costs["energy_method"]}
    table = predictions.from_scores(rows, softmax(scores, axis=1), classes, truncated, seconds)
    predictions.write(table, classes, given.answers, labelled=False)
    cost.write(given.costs, **more)


if __name__ == "__main__":
    command.run(main)
