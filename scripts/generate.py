"""Write a synthetic source: fictional pathology reports or clinical notes as gzipped JSON lines.

Everything it writes is made up; no score measured on it is a finding about any model.

    python scripts/generate.py --study config.yaml --source registry --output registry.jsonl.gz
    python scripts/generate.py --corpus registry --reports 5000 --seed 1 --output reports.jsonl.gz
"""

import logging
import time
from pathlib import Path

from pydantic import ValidationError

from small_or_large import command
from small_or_large.errors import StudyError
from small_or_large.schema.generate import GenerateConfig
from small_or_large.synthetic import corpus

log = logging.getLogger("generate")


def settings(arguments) -> GenerateConfig:
    """The settings of the named source of the study, or those given directly."""
    if arguments.study is None:
        given = {"corpus": arguments.corpus, "reports": arguments.reports, "seed": arguments.seed}
        try:
            return GenerateConfig(**{key: value for key, value in given.items() if value is not None})
        except ValidationError as error:
            first = error.errors()[0]
            raise StudyError(f"--{first['loc'][0]}: {first['msg']}") from None
    from small_or_large.study import load_study

    study = load_study(arguments.study)
    if arguments.source not in study.sources:
        raise StudyError(
            f"{arguments.study}: no source {arguments.source!r}; it has {', '.join(study.sources)}"
        )
    config = study.sources[arguments.source].generate
    if config is None:
        raise StudyError(
            f"{arguments.study}: sources.{arguments.source} has no key `generate`, so nothing is to be written"
        )
    return config


def main() -> None:
    parser = command.parser(__doc__.split("\n")[0])
    parser.add_argument("--study", type=Path, help="study file; needs --source")
    parser.add_argument("--source", help="name of a source with a `generate` section in the study")
    parser.add_argument("--corpus", choices=("registry", "clinical"), help="without a study: what to write")
    parser.add_argument("--reports", type=int, help="without a study: how many")
    parser.add_argument("--seed", type=int, help="without a study: the seed")
    parser.add_argument("--output", type=Path, required=True, help="file to write (.jsonl.gz)")
    arguments = parser.parse_args()
    if (arguments.study is None) != (arguments.source is None):
        parser.error("--study and --source go together")
    direct = [n for n in ("corpus", "reports", "seed") if getattr(arguments, n) is not None]
    if arguments.study and direct:
        parser.error(f"--{direct[0]} is for use without --study; set it in the study's `generate` section")
    start = time.perf_counter()
    written = corpus.write(settings(arguments), arguments.output)
    seconds = time.perf_counter() - start
    log.info(
        "%d synthetic rows in %s (%.1f s, %.0f a second)",
        written,
        arguments.output,
        seconds,
        written / seconds,
    )


if __name__ == "__main__":
    command.run(main)
