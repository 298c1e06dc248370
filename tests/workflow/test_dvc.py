"""DVC beside Snakemake: what is pulled is current for both, a change re-runs what depends on it, remotes are real.

The tiny study is run once by Snakemake (`finished`); DVC takes its results over by `dvc commit`, as it would after
`dvc repro`. Every clone then starts from what was pushed.
"""

import hashlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
import warm
import yaml
from repository import REPOSITORY
from running import TINY, copy_workflow, snakemake

pytestmark = pytest.mark.slow
BIN = Path(sys.executable).parent
EVALUATION = {"evaluate", "compare", "recommend", "provenance", "report", "all"}
QUIET = {
    "DVC_NO_ANALYTICS": "1",
    "DVC_SITE_CACHE_DIR": "",
    "GIT_AUTHOR_NAME": "test",
    "GIT_AUTHOR_EMAIL": "test@example.org",
    "GIT_COMMITTER_NAME": "test",
    "GIT_COMMITTER_EMAIL": "test@example.org",
}


def run(folder: Path, *command: str | Path, ok: bool | None = True, **environment: str) -> str:
    """Run a command in a folder with this Python's tools on PATH; all that it printed. ok=None: either will do."""
    path = f"{warm.folder()}:{BIN}:{os.environ['PATH']}"
    settings = os.environ | QUIET | {"PATH": path, "HF_HUB_OFFLINE": "1"}
    settings["DVC_SITE_CACHE_DIR"] = str(folder.parent / "dvc-site")
    done = subprocess.run(
        list(map(str, command)), cwd=folder, env=settings | environment, capture_output=True, text=True
    )
    output = done.stdout + done.stderr
    assert ok is None or (done.returncode == 0) is ok, f"{command}\n{output[-4000:]}"
    return output


def executed(output: str) -> dict[str, int]:
    """Jobs by rule that Snakemake really ran, over all the calls in an output."""
    found: dict[str, int] = {}
    for rule in re.findall(r"^(?:local)?rule (\w+):$", output, re.MULTILINE):
        found[rule] = found.get(rule, 0) + 1
    return found


@pytest.fixture(scope="module")
def published(finished, tmp_path_factory) -> Path:
    """A repository whose results are DVC's and pushed to its default remote, a folder beside it."""
    folder = tmp_path_factory.mktemp("dvc") / "published"
    shutil.copytree(finished, folder, symlinks=True)
    for name in (".dvcignore", ".gitignore"):
        shutil.copy(REPOSITORY / name, folder)
    (folder / ".dvc").mkdir()
    for name in ("config", ".gitignore"):
        shutil.copy(REPOSITORY / ".dvc" / name, folder / ".dvc")
    run(folder, "git", "init", "-q", "-b", "main")
    run(folder, sys.executable, "scripts/dvc_stages.py", "--study", TINY)
    run(folder, "dvc", "commit", "--force", "--quiet")
    run(folder, "git", "add", ".")
    run(folder, "git", "commit", "-qm", "The tiny study, finished")
    run(folder, "dvc", "push", "--quiet")
    return folder


def clone(published: Path, folder: Path, remote: str = "local", **environment: str) -> Path:
    """A clone elsewhere with everything pulled, as `make pull` does it."""
    run(published, "git", "clone", "-q", published, folder)
    if remote == "local":
        run(
            folder,
            "dvc",
            "remote",
            "modify",
            "--local",
            "local",
            "url",
            published.parent / "small-or-large-store",
        )
    run(folder, "dvc", "pull", "--quiet", "--remote", remote, **environment)
    run(folder, "dvc", "status", "--quiet")
    snakemake(folder, "--configfile", TINY, "--touch", "--forceall", "all")
    return folder


@pytest.fixture(scope="module")
def pulled(published, tmp_path_factory) -> Path:
    """A clone to copy from."""
    return clone(published, tmp_path_factory.mktemp("elsewhere") / "clone")


@pytest.fixture
def copy(pulled, tmp_path) -> Path:
    """A copy of the clone to change, with its own cache."""
    folder = tmp_path / "copy"
    shutil.copytree(pulled, folder, symlinks=True)
    return folder


def change(folder: Path, bend) -> None:
    """Change the study file."""
    values = yaml.safe_load((folder / TINY).read_text())
    bend(values)
    (folder / TINY).write_text(yaml.safe_dump(values, sort_keys=False))


def broken_objects(cache: Path) -> list[str]:
    """Objects of a cache whose content is not what their name says; drafts of what was broken off are no objects."""
    return [
        str(path)
        for path in (cache / "files/md5").rglob("*")
        if path.is_file()
        and path.suffix != ".tmp"
        and hashlib.md5(path.read_bytes()).hexdigest() != f"{path.parent.name}{path.stem}"
    ]


def test_a_clone_that_pulled_has_nothing_to_do_for_dvc_and_for_snakemake(pulled):
    assert "Data and pipelines are up to date" in run(pulled, "dvc", "status")
    assert executed(run(pulled, "dvc", "repro")) == {}
    assert "Nothing to be done" in snakemake(pulled, "--configfile", TINY, "--dry-run")


def test_results_are_links_into_the_cache_and_not_copies(pulled):
    linked = [path for path in (pulled / "results").rglob("*.safetensors")]
    assert linked and all(path.is_symlink() or path.stat().st_nlink > 1 for path in linked)


def test_a_hyperparameter_reruns_finetuning_and_leaves_the_cache_whole(copy):
    change(copy, lambda values: values["finetune"].update(learning_rate=2.0e-3))
    jobs = executed(run(copy, "dvc", "repro"))
    assert set(jobs) - EVALUATION == {"finetune", "ensemble"}
    assert "Nothing to be done" in snakemake(copy, "--configfile", TINY, "--dry-run")
    assert "up to date" in run(copy, "dvc", "status")
    # The results were read-only links into the cache; making them anew wrote none of its objects over.
    assert broken_objects(copy / ".dvc/cache") == []
    told = run(copy, "dvc", "metrics", "diff", "HEAD", "--all")
    assert "encoder.finetuned" in told and "tfidf.fitted" in told
    assert "finetune.learning_rate" in run(copy, "dvc", "params", "diff", "HEAD")
    run(copy, "dvc", "plots", "diff", "HEAD")
    assert (copy / "dvc_plots/index.html").is_file()


def test_a_prompt_reruns_the_llm(copy):
    prompt = copy / "prompts/classify.txt"
    prompt.write_text(prompt.read_text() + "\nThink before you answer.\n")
    # What comes after the predictions another change shows.
    assert set(executed(run(copy, "dvc", "repro", "predict"))) == {"llm", "label_answers"}


def test_a_corrupted_cache_object_is_noticed_and_fetched_again(published, tmp_path):
    folder = tmp_path / "clone"
    run(published, "git", "clone", "-q", published, folder)
    store = tmp_path / "store"
    shutil.copytree(published.parent / "small-or-large-store", store)
    run(folder, "dvc", "remote", "modify", "--local", "local", "url", store)
    page = yaml.safe_load((folder / "dvc.lock").read_text())["stages"]["evaluate"]["outs"]
    digest = next(out["md5"] for out in page if out["path"].endswith("report.html"))
    run(folder, "dvc", "pull", "--quiet")
    cached = folder / ".dvc/cache/files/md5" / digest[:2] / digest[2:]
    cached.chmod(0o644)
    cached.write_bytes(b"not the page")
    # DVC finds that the content is not what the name says, and drops the object.
    assert re.search(r"not in cache: +results/tiny/report.html", run(folder, "dvc", "status", "evaluate"))
    assert not cached.exists()
    # The result is a link to the spoilt object: DVC takes it for unsaved work and wants to be told.
    assert "--force" in run(folder, "dvc", "pull", ok=False)
    run(folder, "dvc", "pull", "--quiet", "--force")
    assert hashlib.md5((folder / "results/tiny/report.html").read_bytes()).hexdigest() == digest


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def answers(port: int, process: subprocess.Popen | None = None) -> bool:
    """Wait until something listens on a loopback port."""
    for _ in range(150):
        with socket.socket() as attempt:
            if attempt.connect_ex(("127.0.0.1", port)) == 0:
                return True
        assert process is None or process.poll() is None, "the server ended"
        time.sleep(0.2)
    return False


def pushed_and_pulled(
    published: Path,
    folder: Path,
    remote: str,
    settings: list[list[str]],
    arrived: Callable[[], bool],
    **environment: str,
):
    """Push to a remote, broken off once; pull into a clone, broken off once; nothing is left to do in it.

    arrived: whether anything has come to the remote.
    """
    source = folder / "source"
    shutil.copytree(published, source, symlinks=True)
    for setting in settings:
        run(source, "dvc", "remote", *setting)
    run(source, "git", "commit", "-qam", f"remote {remote}")
    interrupted(source, "push", remote, signal.SIGINT, arrived, environment)
    run(source, "dvc", "push", "--quiet", "--remote", remote, **environment)
    assert "in sync" in run(source, "dvc", "status", "--cloud", "--remote", remote, **environment)
    target = folder / "clone"
    run(source, "git", "clone", "-q", source, target)
    # A pull that was killed may leave DVC's list of what to fetch half written: the next call fetches what is on the
    # list and says that something is missing, the one after that fetches the rest.
    cache = target / ".dvc/cache/files"
    interrupted(target, "pull", remote, signal.SIGKILL, lambda: any_file(cache), environment)
    run(target, "dvc", "pull", "--quiet", "--remote", remote, ok=None, **environment)
    run(target, "dvc", "pull", "--quiet", "--remote", remote, **environment)
    run(target, "dvc", "status", "--quiet")
    assert broken_objects(target / ".dvc/cache") == []


def any_file(folder: Path) -> bool:
    """Whether there is a file anywhere below a folder, which may not be there."""
    return any(path.is_file() for path in folder.rglob("*"))


def interrupted(
    folder: Path,
    verb: str,
    remote: str,
    number: signal.Signals,
    arrived: Callable[[], bool],
    environment: dict[str, str],
) -> None:
    """Start a push or pull and end it by a signal once something has arrived."""
    settings = os.environ | QUIET | environment
    settings["DVC_SITE_CACHE_DIR"] = str(folder.parent / "dvc-site")
    process = subprocess.Popen(
        [BIN / "dvc", verb, "--jobs", "1", "--remote", remote],
        cwd=folder,
        env=settings,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    while not arrived():
        assert process.poll() is None, f"dvc {verb} ended with {process.returncode} and nothing has arrived"
        time.sleep(0.02)
    assert process.poll() is None, f"dvc {verb} was done before it could be interrupted"
    process.send_signal(number)
    process.wait(timeout=60)


def test_an_s3_remote(published, tmp_path):
    port = free_port()
    server = subprocess.Popen(
        [BIN / "moto_server", "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        assert answers(port, server)
        keys = {
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": "us-east-1",
        }
        import boto3

        client = boto3.client(
            "s3",
            endpoint_url=f"http://127.0.0.1:{port}",
            region_name="us-east-1",
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )
        client.create_bucket(Bucket="registry")
        settings = [
            ["add", "s3", "s3://registry/store"],
            ["modify", "s3", "endpointurl", f"http://127.0.0.1:{port}"],
        ]
        pushed_and_pulled(
            published,
            tmp_path,
            "s3",
            settings,
            lambda: client.list_objects_v2(Bucket="registry")["KeyCount"] > 0,
            **keys,
        )
    finally:
        server.kill()
        server.wait()


def test_an_ssh_remote(published, tmp_path):
    sshd = shutil.which("sshd", path=f"{os.environ['PATH']}:/usr/sbin")
    if sshd is None or os.getuid() != 0:
        assert "SMALL_OR_LARGE_ALL_TESTS" not in os.environ, (
            "openssh-server is not installed, or this is not root"
        )
        pytest.skip("needs openssh-server and root")
    port = free_port()
    keys = tmp_path / "keys"
    keys.mkdir()
    for name in ("host", "user"):
        run(keys, "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", name)
    shutil.copy(keys / "user.pub", keys / "authorized")
    Path("/run/sshd").mkdir(exist_ok=True)
    options = {
        "ListenAddress": "127.0.0.1",
        "AuthorizedKeysFile": keys / "authorized",
        "StrictModes": "no",
        "UsePAM": "no",
        "PidFile": "none",
        "Subsystem": "sftp internal-sftp",
    }
    server = subprocess.Popen(
        [sshd, "-D", "-f", "/dev/null", "-h", keys / "host", "-p", str(port)]
        + [part for name, value in options.items() for part in ("-o", f"{name}={value}")],
        stderr=subprocess.DEVNULL,
    )
    try:
        assert answers(port, server)
        # A home of its own: the test's host key goes into no one's known_hosts.
        home = tmp_path / "home"
        (home / ".ssh").mkdir(parents=True)
        public = (keys / "host.pub").read_text().split()[:2]
        (home / ".ssh/known_hosts").write_text(f"[127.0.0.1]:{port} {' '.join(public)}\n")
        store = tmp_path / "ssh-store"
        settings = [
            ["add", "ssh", f"ssh://root@127.0.0.1:{port}{store}"],
            ["modify", "ssh", "keyfile", str(keys / "user")],
        ]
        pushed_and_pulled(published, tmp_path, "ssh", settings, lambda: any_file(store), HOME=str(home))
    finally:
        server.kill()
        server.wait()


@pytest.fixture(scope="module")
def reproduced(tmp_path_factory) -> Path:
    """Two tasks with given splits, the baseline on both and a probe of a pretrained encoder on one, on files that DVC
    tracks: run by `dvc repro` from nothing."""
    folder = copy_workflow(tmp_path_factory.mktemp("reproduced"))
    for name in (".dvcignore", ".gitignore"):
        shutil.copy(REPOSITORY / name, folder)
    (folder / ".dvc").mkdir()
    for name in ("config", ".gitignore"):
        shutil.copy(REPOSITORY / ".dvc" / name, folder / ".dvc")
    run(folder, "git", "init", "-q", "-b", "main")
    generate = ["scripts/generate.py", "--study", TINY, "--source", "registry", "--output", "all.jsonl.gz"]
    run(folder, sys.executable, *generate)
    reports = pd.read_json(folder / "all.jsonl.gz", lines=True, dtype=str)
    values = yaml.safe_load((folder / TINY).read_text())
    columns = values["sources"]["registry"]["columns"]
    (folder / "data").mkdir()
    other = reports.iloc[:40].drop(columns=list(columns["labels"]))
    other.assign(report_id="other-" + other["report_id"]).to_csv(folder / "data/other.csv", index=False)
    reports["part"] = (pd.factorize(reports["patient_id"])[0] % 4).astype(str)
    reports["length"] = (reports["text"].str.len() > reports["text"].str.len().median()).map(str)
    reports.to_csv(folder / "data/reports.csv", index=False)
    columns |= {"part": "part", "labels": columns["labels"] | {"length": "length"}}
    values["sources"] = {
        "registry": {
            "path": "data/reports.csv",
            "columns": columns,
            "label_values": {"part": {"0": "train", "1": "train", "2": "validation", "3": "test"}},
        },
        "other": {"path": "data/other.csv"},
    }
    values["tasks"]["reportability"]["split"] = {"by": "part", "least": 2}
    values["tasks"]["length"] = {
        "question": "Is this report a long one?",
        "split": {"by": "part"},
        "classes": {name: {"description": name} for name in ("True", "False")},
    }
    values["models"] = {name: values["models"][name] for name in ("tfidf", "encoder")}
    values["models"]["encoder"]["pretrain"] = {"sources": ["registry", "other"]}
    values["runs"] = [
        {"models": ["tfidf"], "approaches": ["fitted"]},
        {"models": ["encoder"], "approaches": ["probe"], "tasks": ["length"]},
    ]
    values["ingest"]["shards"] = 1
    (folder / TINY).write_text(yaml.safe_dump(values, sort_keys=False))
    run(folder, "dvc", "add", "--quiet", "data/reports.csv", "data/other.csv")
    run(folder, sys.executable, "scripts/dvc_stages.py", "--study", TINY)
    jobs = executed(run(folder, "dvc", "repro"))
    assert jobs["ingest"] == jobs["gate"] == jobs["split"] == jobs["baseline"] == 2
    assert jobs["tokenize"] == jobs["pretrain"] == jobs["embed"] == jobs["probe"] == 1
    run(folder, "git", "add", ".")
    run(folder, "git", "commit", "-qm", "First study")
    return folder


def test_a_changed_label_reruns_what_reads_it_and_nothing_else(reproduced, tmp_path):
    folder = tmp_path / "copy"
    shutil.copytree(reproduced, folder, symlinks=True)
    assert executed(run(folder, "dvc", "repro")) == {}
    path = folder / "data/reports.csv"
    reports = pd.read_csv(path, dtype=str, keep_default_na=False)
    labelled = reports.index[reports["reportability"] == "reportable"][0]
    reports.loc[labelled, "reportability"] = "not_reportable"
    path.unlink()
    reports.to_csv(path, index=False)
    run(folder, "dvc", "add", "--quiet", "data/reports.csv")
    output = run(folder, "dvc", "repro")
    jobs = executed(output)
    # Its source is read and the corpus put together again; then its task is cut, learnt and judged. No other source,
    # no gate, no near-duplicates, no tokens, no vectors, no pretraining, and nothing of the other task.
    expected = {"ingest": 1, "collect": 1, "label_leakage": 1, "split": 1, "baseline": 1}
    assert {rule: n for rule, n in jobs.items() if rule not in EVALUATION} == expected
    assert "source=registry" in output and "source=other" not in output
    assert "task=reportability" in output and "task=length" not in output
    assert {"evaluate", "recommend", "report"} <= set(jobs)
    assert "Nothing to be done" in snakemake(folder, "--configfile", TINY, "--dry-run")


def test_two_studies_are_told_apart_as_experiments(reproduced, tmp_path):
    folder = tmp_path / "copy"
    shutil.copytree(reproduced, folder, symlinks=True)
    run(folder, "dvc", "exp", "run", "--quiet", "--name", "more-draws", "-S", f"{TINY}:evaluate.draws=250")
    table = run(folder, "dvc", "exp", "show", "--csv")
    assert "more-draws" in table and "evaluate.draws" in table
    assert {"200", "250"} <= set(re.findall(r"\b\d+\b", table))
