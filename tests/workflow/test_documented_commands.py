"""Every command in the documentation is run: as it is written, in a repository whose default study is the tiny one.

HOW says for each command what is run. A command that is not there fails, and so does an entry that the documentation
no longer has. What takes hours or a cluster is run as a plan here (`--dry-run`), and its entry names the test that
runs it.

`snakemake`, and `python` on a command of scripts/, are warm.py's, which does not import the same for each of them;
where `make` calls them, they are the installed programs.
"""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
import warm
from repository import REPOSITORY
from running import TINY

BIN = Path(sys.executable).parent
DOCUMENTS = [
    REPOSITORY / "README.md",
    REPOSITORY / "data/README.md",
    *sorted((REPOSITORY / "docs").glob("*.md")),
]
PROGRAMS = "cp dvc git make pip python scontrol snakemake".split()
# A path is a command where it is a script that users call.
SCRIPTS = re.compile(r"(profiles|tests)/\S+\.sh\b")


def parts(line: str) -> list[str]:
    """The commands of one line: without its comment, taken apart at `&&`, white space made one blank."""
    line = re.sub(r"(^|\s)#.*", "", line)
    return [" ".join(part.split()) for part in line.split("&&") if part.strip()]


def commands_in(text: str) -> list[str]:
    """Shell commands of a Markdown text: lines of fenced blocks, and code spans (in tables too) that are commands."""
    found = []
    fence = re.compile(r"^ *```(\w*)\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
    for language, block in fence.findall(text):
        # Blocks in another language, and the drawing of the workflow, are no commands.
        if language in ("", "sh", "bash", "console") and "─" not in block:
            found += [part for line in block.replace("\\\n", " ").splitlines() for part in parts(line)]
    for span in re.findall(r"`([^`]+)`", fence.sub("", text)):
        words = span.split()
        # The name of a program alone, or of an option, is a word of the sentence.
        called = len(words) > 1 and (words[0] in PROGRAMS or words[0].startswith("--"))
        if called or SCRIPTS.match(words[0]):
            found += parts(span)
    return found


DOCUMENTED = list(dict.fromkeys(c for path in DOCUMENTS for c in commands_in(path.read_text("utf-8"))))


@dataclass
class Run:
    """`shell`: what is run here ({} is the command as written); `says`: what it must print, as a regular expression.

    `because`: why it is not run just as written. `test`: file and words of the test that runs the real thing.
    """

    shell: str = "{}"
    says: str = ""
    because: str = ""
    test: tuple[str, str] | None = None


# Something is due: the page.
DUE = "rm -f results/tiny/report.html; {}"
MADE = r"rule report"
SLURM = "needs a Slurm cluster"
SLURM_TEST = ("test_slurm.py", '"--profile", "profiles/slurm"')

# In one process: each for itself would import much the same.
HELP_OF_ALL = """python - <<'PROGRAM'
import contextlib, glob, io, runpy, sys
sys.path[0] = "scripts"
for path in glob.glob("scripts/*.py"):
    sys.argv = [path, "--help"]
    with contextlib.redirect_stdout(io.StringIO()) as said, contextlib.suppress(SystemExit):
        runpy.run_path(path, run_name="__main__")
    assert said.getvalue().startswith("usage: "), path
PROGRAM"""

HOW: dict[str, Run] = {
    # README.md
    "git clone <this repository>": Run("git clone . ../cloned", "done", "the address is the reader's"),
    "cd small-or-large": Run("cd ../cloned; test -f Snakefile", because="as git names the folder"),
    "make study": Run(DUE, r"results/tiny/report\.html"),
    "make test": Run("{} --dry-run", "coverage run -m pytest", "it runs this test"),
    "snakemake --cores all": Run(DUE, MADE),
    "snakemake --cores all --use-conda": Run(
        "true", "", "needs a conda, even for a plan", ("test_conda.py", '"--use-conda"')
    ),
    "snakemake --cores all --resources gpu=1": Run(DUE, MADE),
    "snakemake --profile profiles/slurm": Run(DUE + " --dry-run", MADE, SLURM, SLURM_TEST),
    "snakemake --cores all --omit-from gate": Run(says="Nothing to be done"),
    "snakemake --cores all --omit-from near_duplicates tokenize": Run(says="Nothing to be done"),
    "snakemake --cores all --omit-from create tokenize baseline external llm": Run(says="Nothing to be done"),
    "snakemake --unlock": Run(says="Unlocked"),
    "dvc repro": Run(says="up to date|evaluate"),
    "dvc pull": Run(says="up to date|fetched|added|modified"),
    "--configfile studies/mine.yaml": Run("snakemake --cores all {}", "Nothing to be done"),
    "python scripts/ingest.py reports.csv --output reports.parquet": Run(
        "printf 'report_id,patient_id,text\\n1,1,Benign.\\n' > reports.csv; {} && test -s reports.parquet"
    ),
    "snakemake --dry-run --configfile studies/mine.yaml": Run(says="Nothing to be done"),
    "--config runs=[...]": Run(
        "snakemake --dry-run --config 'runs=[{models: [tfidf], approaches: [fitted]}]'",
        "evaluate",
        "the runs are the reader's",
    ),
    "snakemake --cores all --configfile studies/tcga.yaml --config study=tcga-raw "
    "'deidentify={action: report_only}' 'runs=[{models: [tfidf], approaches: [fitted]}]' "
    "-- results/tcga-raw/predictions/cancer_type/tfidf.fitted.seed0.parquet": Run(
        "mkdir -p data/tcga; for f in $(grep -oE 'data/tcga/[^ ,]+' studies/tcga.yaml); do touch $f; done; "
        "{dry}",
        "baseline",
        "the reports are not in the repository",
    ),
    "python scripts/<command>.py --help": Run(HELP_OF_ALL, because="it stands for all of them"),
    "make audit": Run(says="audit"),
    # docs/cluster.md
    "pip install -r requirements-slurm.txt": Run(says="already satisfied"),
    "snakemake --profile profiles/slurm --configfile studies/mine.yaml": Run(
        DUE + " --dry-run", MADE, SLURM, SLURM_TEST
    ),
    "snakemake --profile profiles/slurm --set-resources pretrain:gpu=4 pretrain:tasks=4 "
    "pretrain:tasks_per_gpu=1 pretrain:nodes=2": Run(
        "{} --dry-run --forcerun pretrain",
        "gpu=4.*tasks=4|tasks=4.*gpu=4",
        SLURM,
        ("test_slurm.py", '"pretrain:tasks=2"'),
    ),
    "scontrol show config | grep MinJobAge": Run(
        "true", "", SLURM, ("test_slurm.py", "scontrol show config | grep MinJobAge")
    ),
    "profiles/slurm/cancel.sh": Run(
        "bash -n profiles/slurm/cancel.sh", "", SLURM, ("test_slurm.py", "profiles/slurm/cancel.sh")
    ),
    "python benchmarks/dag_size.py": Run(
        "{} --models 1 --tasks 1", "peak_mib", "ten thousand jobs", ("test_profiles.py", "dag_size.py")
    ),
    "--batch evaluate=1/4": Run(
        "snakemake --dry-run --forcerun baseline {}", "baseline|Nothing", "a part of a plan"
    ),
    "snakemake --cores 16 --resources gpu=4": Run(DUE, MADE),
    "tests/workflow/slurm/up.sh DIR": Run(
        "bash -n tests/workflow/slurm/up.sh", "", "needs root", ("test_slurm.py", '"slurm/up.sh"')
    ),
    # docs/dvc.md, data/README.md
    "git clone ...": Run("git clone . ../again", "done", "the address is the reader's"),
    "cd ...": Run("cd ../again; test -f dvc.yaml", because="as git names the folder"),
    "make pull": Run(),
    "snakemake -n": Run(says="Nothing to be done"),
    "cp /where/it/is/reports.csv.gz data/": Run(
        "mkdir -p ../where data; printf 'report_id\\n1\\n' | gzip > ../where/reports.csv.gz; "
        "cp ../where/reports.csv.gz data/",
        because="the place is the reader's",
    ),
    "dvc add data/reports.csv.gz": Run(),
    "git add data/reports.csv.gz.dvc": Run(),
    "dvc push": Run(says="pushed|up to date"),
    "git add dvc.lock": Run(),
    'git commit -m "First results"': Run(),
    "dvc remote add -d store s3://bucket/path": Run(
        "{} && dvc remote remove store && dvc remote default local", test=("test_dvc.py", '"s3://')
    ),
    "dvc remote add -d store ssh://host/path": Run(
        "{} && dvc remote remove store && dvc remote default local", test=("test_dvc.py", '"ssh://')
    ),
    "make dvc STUDY=studies/mine.yaml": Run("{} && git checkout dvc.yaml"),
    "dvc exp run -S config.yaml:finetune.epochs=6": Run(
        "true", "", "trains; a key that does not is run", ("test_dvc.py", '"dvc", "exp", "run"')
    ),
    "dvc exp show": Run("{} --csv", "evaluate.draws", "the table is wider than a pager"),
    "dvc metrics diff": Run(),
    "dvc plots diff": Run(says="index.html"),
    "dvc status -q": Run(),
    "snakemake --cores 1 --touch --forceall": Run(),
    "dvc checkout": Run(),
    "snakemake --cores all --forcerun RULE": Run(
        "snakemake --cores all --forcerun report", MADE, "the rule is the reader's"
    ),
    "dvc unprotect": Run("{} results/tiny/report.html", because="the file is the reader's"),
    "dvc status": Run(says="up to date|modified"),
    "dvc pull --force": Run(),
    # docs/extending.md, docs/study.md
    "snakemake --dry-run": Run(),
    "python scripts/describe_study.py": Run(),
}


@pytest.fixture(scope="module")
def desk(finished, tmp_path_factory) -> Path:
    """A clone as a reader has it, environment made and default study finished; that study is the tiny one."""
    folder = tmp_path_factory.mktemp("documented") / "small-or-large"
    shutil.copytree(finished, folder, symlinks=True)
    for name in subprocess.check_output(["git", "ls-files"], cwd=REPOSITORY, text=True).splitlines():
        if not (folder / name).exists() and name != "dvc.yaml":
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(REPOSITORY / name, folder / name)
    for name in ("config.yaml", "studies/mine.yaml"):
        shutil.copy(folder / TINY, folder / name)
    # The environment is the one that runs the tests, and newer than what it was made from.
    (folder / ".venv").mkdir()
    for name in ("bin", "lib", "pyvenv.cfg"):
        (folder / ".venv" / name).symlink_to(BIN.parent / name)
    for name in (".installed", ".installed-dev"):
        (folder / ".venv" / name).touch()
    for words in (
        "git init -q -b main",
        "python scripts/dvc_stages.py --study config.yaml",
        "dvc commit --force --quiet",
        "git add .",
        "git commit -qm Start",
        "dvc push --quiet",
    ):
        shell(folder, words)
    return folder


def shell(folder: Path, words: str) -> str:
    """Run a line of shell in a folder, as after `source .venv/bin/activate`; all that it printed."""
    settings = {
        "PATH": f"{warm.folder()}:{BIN}:{os.environ['PATH']}",
        "DVC_NO_ANALYTICS": "1",
        "DVC_SITE_CACHE_DIR": str(folder.parent / "dvc-site"),
        **{f"GIT_{who}_NAME": "test" for who in ("AUTHOR", "COMMITTER")},
        **{f"GIT_{who}_EMAIL": "test@example.org" for who in ("AUTHOR", "COMMITTER")},
    }
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", words],
        cwd=folder,
        env=os.environ | settings,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert done.returncode == 0, f"{words}\n{done.stdout[-4000:]}"
    return done.stdout


def test_the_documentation_has_commands():
    text = "Call `make it` or `x`, `--set a=b`.\n\n| a | `dvc repro` |\n"
    text += "\n```\ngit clone a && cd b  # c\nmake \\\n  d\n```\n"
    assert commands_in(text) == ["git clone a", "cd b", "make d", "make it", "--set a=b", "dvc repro"]
    assert len(DOCUMENTED) > 40


def test_every_documented_command_has_an_entry_and_every_entry_a_command():
    assert [command for command in DOCUMENTED if command not in HOW] == []
    assert [command for command in HOW if command not in DOCUMENTED] == []


def test_what_is_not_run_as_written_says_why():
    for command, how in HOW.items():
        if how.test:
            name, words = how.test
            assert words in (Path(__file__).parent / name).read_text("utf-8"), (
                f"{name} does not run {command}"
            )
        as_written = "{}" in how.shell and "--dry" not in how.shell.replace(command, "")
        assert as_written or how.because, command


@pytest.mark.parametrize("command", HOW)
def test_the_command_runs(desk, command):
    how = HOW[command]
    dry = command.replace("snakemake ", "snakemake --dry-run ", 1)
    output = shell(desk, how.shell.replace("{dry}", dry).replace("{}", command))
    assert re.search(how.says, output), output[-3000:]
