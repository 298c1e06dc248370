"""Finetune an encoder with a classification head on one task's labelled reports, and predict its other parts.

The evaluation with the best validation macro-F1 is kept; training stops early when none gets better. One temperature
is fitted on the validation part (Guo et al. 2017), so that scores are probabilities to go by. Writes the checkpoint
folder, the predictions table and the costs. A run that was interrupted goes on from its state folder.
"""

import logging
import shutil
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from small_or_large import command
from small_or_large.errors import StudyError

log = logging.getLogger("finetune")


def arguments() -> Any:
    parser = command.parser(__doc__)
    command.add_options(
        parser, "study", "task", "labels", "split", "tokens", "checkpoint", "state", "checkpoint_made",
        "predictions", "costs", "micro_batch", run="<model>.finetuned[.n<labels>].seed<k>",
    )  # fmt: skip
    return parser.parse_args()


def main() -> None:
    args = arguments()
    from small_or_large import checkpoints, predictions, splits
    from small_or_large.runs import Run
    from small_or_large.study import load_study

    study = load_study(args.study)
    if args.task not in study.tasks:
        raise StudyError(f"--task {args.task}: the study's tasks are {', '.join(study.tasks)}")
    run = Run.parse(args.task, args.run)
    if run.approach != "finetuned" or run.model not in study.models:
        raise StudyError(f"--run {args.run}: no finetuned run of a model of this study")
    settings = study.finetune_settings(run)
    base = checkpoints.checked(args.checkpoint) if args.checkpoint else checkpoints.locate(settings["origin"])
    parts = ["train", "validation", "test"]
    rows = predictions.labelled_part(args.labels, args.split, settings["classes"], parts)
    train = splits.training_subset(rows, run.labels, run.seed)
    for part, found in (("train", train), ("validation", rows[rows["part"] == "validation"])):
        if found.empty:
            raise StudyError(f"{args.split}: no report in the {part} part; finetuning needs some")
    finetune(args, run, settings, base, study.view(args.task), rows, train)


def finetune(
    args: Any, run: Any, settings: dict[str, Any], base: Path, view: str, rows: Any, train: Any
) -> None:
    """Train, keep the best, predict, write.

    rows: report_id, patient_id, part, label of all parts; train: those of the train part to use.
    """
    import numpy as np
    import transformers
    from scipy.special import softmax

    from small_or_large import (
        calibration,
        checkpoints,
        classification,
        devices,
        finetuning,
        measure,
        predictions,
        resuming,
        tokens,
        training,
    )

    options, classes, reading = settings["finetune"], settings["classes"], settings["reading"]
    cache = tokens.TokenCache(args.tokens)
    tokenizer = checkpoints.load_tokenizer(base)
    device = devices.choose()
    transformers.set_seed(run.seed)
    encoder = checkpoints.load_encoder(base)
    reader = tokens.Reading.of(tokenizer, reading, tokens.positions(encoder.config))
    place = {name: position for position, name in enumerate(classes)}

    def read(table: Any) -> tuple[list, np.ndarray, np.ndarray]:
        """Rows of token ids, labels as positions, and whether the model sees less than the report."""
        both = [reader.rows(ids) for ids in cache.read(table["report_id"], view)]
        return [r for r, _ in both], table["label"].map(place).to_numpy(), np.array([cut for _, cut in both])

    train_rows, train_labels, train_cut = read(train)
    validation = rows[rows["part"] == "validation"].reset_index(drop=True)
    validation_rows, validation_labels, _ = read(validation)

    weights = classification.class_weights(train_labels, len(classes), options["class_weights"])
    model = classification.ReportClassifier(encoder, len(classes), reading["pooling"], weights)
    model.freeze(options["frozen_layers"])
    if options["dropout"] is not None:
        model.drop(options["dropout"])
    if options["low_rank"]:
        model.adapt(options["low_rank"])
    precision = devices.precision(options["precision"], device)
    reports = classification.TrainingReports(
        train_rows, train_labels, options["batch"], options["epochs"], run.seed
    )
    log.info(
        "%d training reports, %.0f%% of them cut; %d steps an epoch, %d at most; %d validation reports",
        len(train),
        100 * train_cut.mean(),
        reports.steps_per_epoch,
        reports.steps,
        len(validation),
    )

    state = Path(args.state)
    first = training.is_first_process()
    key = {
        "run": [run.task, run.name],
        "settings": settings,
        "inputs": resuming.fingerprint(args.labels, args.split, args.tokens, base),
    }
    resume = training.same_everywhere(resuming.prepare(state, key) if first else None)
    every = max(1, round(reports.steps_per_epoch / options["evaluations_per_epoch"]))
    progress = training.Log(state, resume, first)
    how = classification.Inference(reader.pad, settings["inference"]["batch_tokens"], device, precision)
    with measure.Measurement(device, precision) as cost:
        cost.parameters, cost.trained_parameters = measure.parameters(model)
        if keeps_states(model, [*train_rows, *validation_rows], options):
            reports.rows = train_rows = classification.states_of(model, train_rows, how)
            validation_rows = classification.states_of(model, validation_rows, how)
            log.info(
                "the %d frozen layers have read the reports, %.0f s",
                options["frozen_layers"],
                progress.seconds,
            )
        if options["head"] == "probe" and not resume:
            model.begin_head(classification.vectors_of(model, train_rows, how), train_labels)
        trainer = finetuning.ReportTrainer(
            model,
            options,
            (validation_rows, validation_labels),
            how,
            args=training.arguments(
                state,
                device,
                precision,
                options["batch"],
                args.micro_batch,
                reports.steps,
                evaluate_every=every,
                save_every=every,
                seed=run.seed,
                save_total_limit=1,
                load_best_model_at_end=True,
                metric_for_best_model="macro_f1",
                greater_is_better=True,
            ),
            train_dataset=reports,
            data_collator=partial(classification.collate, pad_id=reader.pad),
        )
        trainer.add_callback(transformers.EarlyStoppingCallback(options["patience"]))
        training.quiet(trainer, progress)
        trainer.train(resume_from_checkpoint=resume)
        cost.train_seconds = progress.seconds
        if not first:
            return
        # Training in bf16 leaves the model computing in it, whatever inference.precision says.
        trainer.accelerator.unwrap_model(model, keep_fp32_wrapper=False)
        asked = rows[rows["part"].isin(settings["inference"]["parts"])].reset_index(drop=True)
        asked_rows, _, cut = read(asked)
        precision = devices.precision(settings["inference"]["precision"], device)
        infer = partial(classification.logits_of, model, how=replace(how, precision=precision))
        with cost.inference(len(asked)):
            logits, seconds = infer(asked_rows)
        in_validation = (asked["part"] == "validation").to_numpy()
        found = logits[in_validation] if in_validation.any() else infer(validation_rows)[0]
        temperature = calibration.fit_temperature(found, validation_labels)

    table = predictions.from_scores(asked, softmax(logits / temperature, axis=1), classes, cut, seconds)
    history = [
        {
            "step": entry["step"],
            "validation_macro_f1": entry["eval_macro_f1"],
            "validation_loss": entry["eval_loss"],
        }
        for entry in trainer.state.log_history
        if "eval_macro_f1" in entry
    ]
    facts = {
        "task": run.task,
        "run": run.name,
        "classes": classes,
        "reading": reading,
        "temperature": temperature,
        "training_reports": len(train),
        "steps": trainer.state.global_step,
        "steps_per_epoch": reports.steps_per_epoch,
        "best_step": trainer.state.best_global_step,
        "validation_macro_f1": trainer.state.best_metric,
        "truncated": {part: float(cut[asked["part"] == part].mean()) for part in asked["part"].unique()},
        "history": history,
        "settings": options,
    }
    figures = cost.figures()
    classification.save(model, tokenizer, args.output, card(run, facts, figures), facts)
    predictions.write(table, classes, args.predictions, settings["inference"]["allowed_errors"])
    cost.write(
        args.costs,
        **{key: facts[key] for key in ("temperature", "training_reports", "steps", "best_step", "truncated")},
        validation_macro_f1=facts["validation_macro_f1"],
    )
    shutil.rmtree(state)
    log.info("best validation macro-F1 %.4f after step %d", facts["validation_macro_f1"], facts["best_step"])


def keeps_states(model: Any, reports: list[list[Any]], options: dict[str, Any]) -> bool:
    """Whether what the frozen layers make of the training and validation reports is made once and kept.

    Not where adapters change those layers, nor where it takes more memory than the study allows.
    """
    from small_or_large import frozen

    if not model.frozen or not model.frozen.can_hand_on or options["low_rank"]:
        return False
    needed = frozen.mebibytes(reports, model.head.in_features)
    if needed > options["frozen_states_mib"]:
        log.info(
            "frozen layers read the reports anew in every epoch: to keep what they make of them takes %.0f MiB, more "
            "than finetune.frozen_states_mib",
            needed,
        )
    return needed <= options["frozen_states_mib"]


def card(run: Any, facts: dict[str, Any], figures: dict[str, Any]) -> dict[str, Any]:
    """What the model card says."""
    return {
        "title": f"{run.task}: {run.name}",
        "about": f"{run.model} with a linear head over its pooled token states, finetuned to tell the classes of "
        f"{run.task} apart. `small_or_large.classification.load` loads it.",
        "facts": {
            "classes": ", ".join(facts["classes"]),
            "trained on": f"{facts['training_reports']:,} labelled reports, {facts['steps']} steps",
            "validation macro-F1": f"{facts['validation_macro_f1']:.4f}, after step {facts['best_step']}",
            "reads": ", ".join(f"{key} {value}" for key, value in facts["reading"].items()),
            "temperature": f"{facts['temperature']:.3f}, fitted on the validation part",
            "weights": f"{figures['parameters']:,}, trained: {figures['trained_parameters']:,}",
            "training": f"{figures['train_seconds']:.0f} s on {figures['device']} in {figures['dtype']}",
            "versions": ", ".join(f"{name} {number}" for name, number in figures["versions"].items()),
        },
    }


if __name__ == "__main__":
    command.run(main)
