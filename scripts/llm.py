"""Ask a decoder (an LLM) about the reports of one task, zero-shot.

likelihood: how probable each class's answer is after the prompt, against how probable it is after the same prompt
about a report without content (Zhao et al., Calibrate Before Use, 2021; Holtzman et al., Surface Form Competition,
2021), which takes out the length and the commonness of a class's name. It gives probabilities.
choice: an answer is generated that can be nothing but a class. free_text: an answer is generated and read strictly;
what names no class is `invalid`. Answers are kept while they come, and a restarted run goes on.

An LLM is asked without knowing any label, so what it answered is written without them, and a changed label asks
nothing again: scripts/label_answers.py makes predictions of it.
"""

import logging
import time
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.special import softmax

from small_or_large import checkpoints, command, devices, predictions
from small_or_large.answer_log import AnswerLog
from small_or_large.answers import AnswerReader
from small_or_large.errors import StudyError
from small_or_large.measure import Measurement, parameters
from small_or_large.progress import Progress
from small_or_large.prompts import Prompt
from small_or_large.runs import Run
from small_or_large.study import load_study

log = logging.getLogger(__name__)


def checkpoint_stamp(folder: Path) -> list:
    """What tells one state of a checkpoint folder from another: its weights' names, sizes and times."""
    files = sorted(folder.glob("*.safetensors")) + [folder / "config.json"]
    return [[file.name, file.stat().st_size, file.stat().st_mtime_ns] for file in files]


def ask_here(
    given, settings, approach, prompt, todo, texts, answers: AnswerLog
) -> tuple[Measurement, np.ndarray]:
    """Ask a decoder in this process; returns what it cost and the content-free log-likelihoods (0 but for
    likelihood)."""
    from small_or_large.decoders import Decoder

    llm, batch_tokens = settings["llm"], settings["inference"]["batch_tokens"]
    classes = list(settings["descriptions"])
    folder = folder_of(given, settings)
    device = devices.choose()
    dtype = devices.precision(settings["inference"]["precision"], device)
    import torch

    torch.manual_seed(settings["seed"])
    kinds = {"float32": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16}
    model = checkpoints.load_decoder(folder, dtype=kinds[dtype]).to(device)
    answer_room = llm["max_new_tokens"] if approach == "free_text" else 0
    decoder = Decoder(
        model, checkpoints.load_tokenizer(folder), prompt, classes, llm["max_report_tokens"], answer_room
    )
    prior = np.zeros(len(classes))
    progress = Progress(len(todo) + len(answers.records), len(answers.records))
    with Measurement(device, dtype) as cost:
        cost.parameters = parameters(model)[0]
        if approach == "likelihood":
            prior = decoder.content_free(batch_tokens)
        with cost.inference(len(todo)):
            started = time.perf_counter()
            read = [decoder.read(text) for text in texts]
            reading = (time.perf_counter() - started) / max(1, len(todo))
            prompts, cut = [ids for ids, _ in read], [was_cut for _, was_cut in read]
            started = time.perf_counter()

            def keep(position: int, seconds: float, **record) -> None:
                answers.add(todo[position], cut=cut[position], seconds=reading + seconds, **record)
                progress.step()

            if approach == "likelihood":
                for k, found in enumerate(decoder.likelihoods(prompts, batch_tokens)):
                    keep(k, time.perf_counter() - started, likelihoods=found.tolist())
                    started = time.perf_counter()
            else:
                generated = decoder.generate(
                    prompts, batch_tokens, llm["max_new_tokens"], llm["temperature"], approach == "choice"
                )
                for batch, said in generated:
                    seconds = (time.perf_counter() - started) / len(batch)
                    for k, answer in zip(batch, said, strict=True):
                        keep(k, seconds, answer=answer)
                    started = time.perf_counter()
    # Those of an earlier session count as well, where this one went on.
    cost.reports = len(answers.records)
    cost.inference_seconds = sum(record["seconds"] for record in answers.records.values())
    return cost, prior


def ask_server(settings, approach, prompt, todo, texts, answers: AnswerLog) -> Measurement:
    """Ask a decoder behind a server; returns what it cost. A report whose request failed gets no record.

    Raises StudyError as soon as more failed than the study allows.
    """
    from small_or_large.servers import Server

    classes = list(settings["descriptions"])
    allowed = settings["inference"]["allowed_errors"]
    server = Server(settings["server"], settings["llm"], prompt, classes, settings["seed"])
    read = [server.read(text) for text in texts]
    total = len(todo) + len(answers.records)
    progress, failures = Progress(total, len(answers.records)), 0
    with Measurement() as cost, cost.inference(len(todo)):
        for k, answer, failure, seconds in server.ask([text for text, _ in read], approach == "choice"):
            progress.step()
            if answer is not None:
                answers.add(todo[k], cut=read[k][1], seconds=seconds, answer=answer)
                continue
            failures += 1
            if failures <= 5:
                log.error("report %s failed: %s", todo[k], failure)
            if failures > allowed * total:
                hint = (
                    "; this server may not know response_format json_schema: use free_text"
                    if approach == "choice" and failure in ("status 400", "status 422")
                    else ""
                )
                raise StudyError(
                    f"{failures} of {total} reports failed, more than inference.allowed_errors ({allowed:.1%}); the "
                    f"last by {failure}{hint}. What was answered is kept: start again when the server is well"
                )
    return cost


def folder_of(given, settings) -> Path:
    """The folder of the decoder's checkpoint."""
    if given.checkpoint:
        return checkpoints.checked(given.checkpoint)
    return checkpoints.locate(settings["origin"])


def table_of(rows, answers: AnswerLog, classes: list[str], approach: str, prior: np.ndarray) -> pd.DataFrame:
    """The predictions table, without labels, from what was answered; a report without a record is an `error`."""
    records = [answers.records.get(report_id) for report_id in rows["report_id"]]
    seconds = np.array([record["seconds"] if record else np.nan for record in records])
    if approach == "likelihood":
        likelihoods = np.array([record["likelihoods"] for record in records])
        cut = np.array([record["cut"] for record in records])
        return predictions.from_scores(rows, softmax(likelihoods - prior, axis=1), classes, cut, seconds)
    reader = AnswerReader(classes)
    found = [reader.read(record["answer"]) if record else None for record in records]
    statuses = [
        "error" if record is None else "invalid" if name is None else "truncated" if record["cut"] else "ok"
        for record, name in zip(records, found, strict=True)
    ]
    return predictions.from_answers(rows, found, statuses, classes, seconds)


def main() -> None:
    """Ask, keeping the answers as they come; write them and their costs."""
    arguments = command.parser(__doc__.partition("\n")[0])
    command.add_options(
        arguments, "study", "task", "texts", "split", "checkpoint", "answers", "costs",
        run="run, <model>.<likelihood|choice|free_text>.seed<k>",
    )  # fmt: skip
    arguments.add_argument("--prompt", required=True, help="prompt file (Jinja2)")
    arguments.add_argument("--state", help="file that keeps the answers as they come (JSON lines)")
    given = arguments.parse_args()
    run = Run.parse(given.task, given.run)
    settings = load_study(given.study).llm_settings(run)
    classes = list(settings["descriptions"])
    prompt = Prompt(given.prompt, settings["question"], settings["descriptions"])
    rows = predictions.unlabelled_part(given.split, settings["inference"]["parts"])
    if run.approach == "likelihood" and settings["server"]:
        raise StudyError("a server gives no likelihoods; use choice or free_text")

    depends = {name: value for name, value in settings.items() if name != "inference"}
    stamp = None if settings["server"] else checkpoint_stamp(folder_of(given, settings))
    answers = AnswerLog(given.state, [run.name, depends, prompt.text, stamp])
    todo = [report_id for report_id in rows["report_id"] if report_id not in answers.records]
    texts = predictions.texts(given.reports, todo, settings["sections"]) if todo else []
    log.info("asking about %d of %d reports by %s", len(todo), len(rows), run.approach)
    more = {}
    if settings["server"]:
        cost = ask_server(settings, run.approach, prompt, todo, texts, answers)
        prior = np.zeros(len(classes))
        # The server's machine is not this one: its memory and energy are unknown.
        more = {"device": None, "peak_memory_mib": None, "energy_kwh": None, "energy_method": None}
    else:
        cost, prior = ask_here(given, settings, run.approach, prompt, todo, texts, answers)
    table = table_of(rows, answers, classes, run.approach, prior)
    for status, count in table["status"].value_counts().items():
        log.info("%d reports end in status %s", count, status)
    if run.approach == "choice" and (table["status"] == "invalid").any():
        log.warning(
            "the server did not keep its answers to the classes: it ignores response_format json_schema"
        )
    predictions.write(table, classes, given.answers, settings["inference"]["allowed_errors"], labelled=False)
    cost.write(given.costs, **more)
    answers.close(finished=True)


if __name__ == "__main__":
    command.run(main)
