"""Pretrain a model further on the study's own reports: masked language modelling for an encoder, next-token
prediction for a decoder. The validation and test reports of every task, and what is close to them, are never read.

Writes a checkpoint folder (safetensors, tokenizer, model_card.md, pretraining.json with the held-out losses). A run
that was interrupted goes on from its state folder. Several processes: start it with torchrun or accelerate launch.
"""

import json
import logging
import math
import shutil
from pathlib import Path
from typing import Any

from small_or_large import command
from small_or_large.errors import StudyError

log = logging.getLogger("pretrain")


def arguments() -> Any:
    parser = command.parser(__doc__)
    command.add_options(
        parser, "study", "texts", "duplicates", "splits", "tokens", "checkpoint", "state", "checkpoint_made",
        "micro_batch", model="model of the study with a `pretrain` entry",
    )  # fmt: skip
    return parser.parse_args()


def main() -> None:
    args = arguments()
    from small_or_large import checkpoints, devices, pretraining_text, resuming
    from small_or_large.study import load_study
    from small_or_large.tokens import TokenCache

    study = load_study(args.study)
    if args.model not in study.models or not study.models[args.model].pretrain:
        raise StudyError(f"--model {args.model}: no model of the study with a `pretrain` entry")
    settings = study.pretrain_settings(args.model)
    base = checkpoints.checked(args.checkpoint) if args.checkpoint else checkpoints.locate(settings["origin"])
    rows = pretraining_text.read(args.reports, args.splits, args.duplicates, settings["sources"])
    options = settings["pretrain"]
    train_ids, held_ids = pretraining_text.hold_out(rows, options["held_out"], options["seed"])
    cache = TokenCache(args.tokens)
    train_tokens, held_tokens = cache.read(train_ids), cache.read(held_ids)

    key = {
        "settings": settings,
        "inputs": resuming.fingerprint(args.reports, *args.splits, args.duplicates, args.tokens, base),
    }
    device = devices.choose()
    train(args, settings, base, train_tokens, held_tokens, key, device)


def train(
    args: Any,
    settings: dict[str, Any],
    base: Path,
    train_tokens: list,
    held_tokens: list,
    key: dict[str, Any],
    device: Any,
) -> None:
    """Train and write the checkpoint; the reports come as token ids without special tokens."""
    import numpy as np
    import transformers

    from small_or_large import (
        checkpoints,
        devices,
        language_modelling,
        measure,
        packing,
        resuming,
        tokens,
        training,
    )

    options, seed = settings["pretrain"], settings["pretrain"]["seed"]
    encoder = settings["kind"] == "encoder"
    first = training.is_first_process()
    transformers.set_seed(seed)
    tokenizer = checkpoints.load_tokenizer(base)
    if encoder:
        model, fresh_head = checkpoints.load_masked_lm(base)
        if tokenizer.mask_token_id is None:
            raise StudyError(
                f"checkpoint {base}: its tokenizer has no mask token; it cannot be pretrained by masking"
            )
    else:
        model, fresh_head = checkpoints.load_decoder(base), False
    limit = tokens.positions(model.config)
    if limit and options["block"] > limit:
        raise StudyError(
            f"pretrain.block is {options['block']} tokens, but the checkpoint takes {limit} at most; lower it"
        )

    prefix, suffix = tokens.special_tokens(tokenizer)
    separator = suffix if encoder else [tokenizer.eos_token_id]
    shuffled = np.random.default_rng([seed, 0xD0]).permutation(len(train_tokens))
    sides = (prefix, suffix, separator, options["block"])
    blocks = packing.pack([train_tokens[position] for position in shuffled], *sides)
    held_blocks = packing.pack(held_tokens, *sides)
    steps = language_modelling.steps_for(options["tokens"], options["block"], options["batch"])
    head_steps = round(options["head_warmup"] * steps) if fresh_head else 0

    def masking(share: float, seed: int) -> Any:
        return packing.Masking(tokenizer, share, seed) if encoder else None

    dataset = packing.Blocks(blocks, steps * options["batch"], masking(options["masking"], seed), seed)
    held_out = packing.Blocks(
        held_blocks, len(held_blocks), masking(language_modelling.HELD_OUT_MASKING, 0), 0, shuffle=False
    )
    passes = len(dataset) / len(blocks)
    log.info(
        "%d reports in %d blocks of %d tokens, read %.2g times; %d reports in %d blocks held out; %d steps",
        len(train_tokens),
        len(blocks),
        options["block"],
        passes,
        len(held_tokens),
        len(held_blocks),
        steps,
    )

    precision = devices.precision(options["precision"], device)
    state = Path(args.state)
    resume = training.same_everywhere(resuming.prepare(state, key) if first else None)
    trainer = language_modelling.LanguageModelTrainer(
        model,
        options,
        head_steps,
        next_token=not encoder,
        args=training.arguments(
            state,
            device,
            precision,
            options["batch"],
            args.micro_batch,
            steps,
            evaluate_every=math.ceil(steps / options["evaluations"]),
            save_every=math.ceil(steps / options["checkpoints"]),
            seed=seed,
            save_total_limit=1,
            ddp_find_unused_parameters=head_steps > 0,
        ),
        train_dataset=dataset,
        eval_dataset=held_out,
    )
    progress = training.Log(state, resume, first)
    training.quiet(trainer, progress)

    with measure.Measurement(device, precision) as cost:
        cost.parameters, cost.trained_parameters = measure.parameters(model)
        before = held_out_loss_before(trainer, state, first, resumed=bool(resume))
        trainer.train(resume_from_checkpoint=resume)
        cost.train_seconds = progress.seconds
        history = [{"step": 0, "held_out_loss": before}] + [
            {"step": entry["step"], "held_out_loss": entry["eval_loss"]}
            for entry in trainer.state.log_history
            if "eval_loss" in entry
        ]
    if not first:
        return
    losses = [entry["loss"] for entry in trainer.state.log_history if "loss" in entry]
    facts = {
        "base": settings["base"] or "made from nothing",
        "sources": settings["sources"],
        "reports": len(train_tokens),
        "held_out_reports": len(held_tokens),
        "tokens_read": len(dataset) * options["block"],
        "passes": passes,
        "steps": steps,
        "fresh_head": fresh_head,
        "head_steps": head_steps,
        "measured_by": "15% of the tokens masked" if encoder else "next token",
        "held_out_loss_before": before,
        "held_out_loss": history[-1]["held_out_loss"],
        "training_loss": losses[-1] if losses else None,
        "history": history,
        "settings": options,
        "costs": cost.figures(),
    }
    model.requires_grad_(True)
    checkpoints.save(model, tokenizer, args.output, card(args.model, facts, encoder), pretraining=facts)
    shutil.rmtree(state)
    log.info("held-out loss %.4f, before %.4f", facts["held_out_loss"], facts["held_out_loss_before"])


def held_out_loss_before(trainer: Any, state: Path, first: bool, resumed: bool) -> float:
    """The held-out loss of the model that training starts from; a resumed run finds it in the state folder."""
    file = state / "before.json"
    if resumed:
        return json.loads(file.read_text(encoding="utf-8"))["held_out_loss"]
    loss = trainer.evaluate()["eval_loss"]
    if first:
        file.write_text(json.dumps({"held_out_loss": loss}), encoding="utf-8")
    return loss


def card(name: str, facts: dict[str, Any], encoder: bool) -> dict[str, Any]:
    """What the model card says."""
    task = "masked language modelling" if encoder else "next-token prediction"
    return {
        "title": name,
        "about": f"{facts['base']}, pretrained further by {task} on the study's own reports, without the validation "
        "and test reports of any task and without reports close to one.",
        "facts": {
            "pretrained on": f"{facts['reports']:,} reports of {', '.join(facts['sources'])}, "
            f"read {facts['passes']:.2g} times ({facts['tokens_read']:,} tokens)",
            f"held-out loss ({facts['measured_by']})": f"{facts['held_out_loss']:.4f}; "
            f"before: {facts['held_out_loss_before']:.4f}; on {facts['held_out_reports']:,} reports",
            "masked-LM head": "put on freshly" if facts["fresh_head"] else "the checkpoint's own",
            "weights": f"{facts['costs']['parameters']:,}",
            "training": f"{facts['costs']['train_seconds']:.0f} s on {facts['costs']['device']} "
            f"in {facts['costs']['dtype']}",
            "versions": ", ".join(f"{name} {number}" for name, number in facts["costs"]["versions"].items()),
        },
    }


if __name__ == "__main__":
    command.run(main)
