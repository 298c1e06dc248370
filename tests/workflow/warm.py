"""`snakemake`, and `python` for the commands of scripts/, with the modules of others imported beforehand: most of the
two seconds of processor time that each takes, some hundred times, and of the seven where a model is loaded.

They are no other programs: every call is a process of its own that begins where the imports have ended, with the
caller's folder, environment, arguments and streams, and none of this project's modules loaded. What is about a start
itself (`make`, the finished study's snakemake, conda, Slurm, the profiles, killed runs) calls what is installed. A
rule of each command is run so by conda's test.
"""

import atexit
import contextlib
import gc
import json
import os
import runpy
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

PROGRAM = str(Path(sys.executable).parent / "snakemake")
# Commands that load torch. The others find it not imported, as without this.
MODELS = [f"scripts/{name}.py" for name in ("create", "pretrain", "embed", "zero_shot", "finetune", "llm")]
# The program that callers find on PATH: hands everything over, waits for the end and ends the same way. Of Python's
# calls only those on a command; any other is the installed one's.
CALLER = """#!{python} -IS
import json, os, socket, sys
word = (sys.argv[1:] or [""])[0]
called = {name!r}
if called == "python":
    if not (word.startswith("scripts/") and word.endswith(".py")):
        os.execv({python!r}, [{python!r}, *sys.argv[1:]])
    called = "models" if word in {models!r} else "tables"
to = socket.socket(socket.AF_UNIX)
to.connect({folder!r} + "/" + called + ".socket")
call = {{"folder": os.getcwd(), "environment": dict(os.environ), "arguments": sys.argv[1:]}}
socket.send_fds(to, [json.dumps(call).encode() + b"\\n"], [0, 1, 2])
sys.exit(int(to.makefile().readline() or 1))
"""


@cache
def folder() -> Path:
    """A folder with such programs, to be put on PATH; it serves until this process ends."""
    made = Path(tempfile.mkdtemp(prefix="warm-"))
    for name in ("snakemake", "python"):
        caller = made / name
        caller.write_text(CALLER.format(python=sys.executable, name=name, models=MODELS, folder=str(made)))
        caller.chmod(0o755)
    # They end with their standard input, however this process ends, and take the folder away.
    servers = [
        subprocess.Popen(
            [sys.executable, "-P", __file__, made / f"{name}.socket", name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        for name in IMPORTS
    ]
    for server in servers:
        assert server.stdout.readline() == b"ready\n"

    def end():
        for server in servers:
            server.stdin.close()
            server.wait()

    atexit.register(end)
    return made


def import_snakemake() -> None:
    """Snakemake and its plugins."""
    import smart_open  # noqa: F401
    from snakemake.cli import get_argument_parser

    get_argument_parser()


def import_tables() -> None:
    """What most commands have from others."""
    import jinja2  # noqa: F401
    import pandera.pandas  # noqa: F401
    import pyarrow.compute  # noqa: F401
    import pyarrow.parquet  # noqa: F401
    import pydantic  # noqa: F401
    import scipy.stats  # noqa: F401
    import sklearn.pipeline  # noqa: F401
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: F401
    from sklearn.linear_model import LogisticRegression  # noqa: F401


def import_models() -> None:
    """What the commands that load a model have, too."""
    import_tables()
    from transformers import AutoTokenizer, LlamaForCausalLM, RobertaForMaskedLM, Trainer  # noqa: F401


IMPORTS = {"snakemake": import_snakemake, "tables": import_tables, "models": import_models}


def serve(address: str, program: str) -> None:
    """Answer calls, each in a process of its own; the first waits for the imports."""
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(address)
    listening.listen()
    print("ready", flush=True)
    imported = False
    while listening in select.select([listening, sys.stdin], [], [])[0]:
        connection, _ = listening.accept()
        if not imported:
            IMPORTS[program]()
            gc.freeze()
            imported = True
        if os.fork() == 0:
            listening.close()
            answer(connection, program)
        connection.close()
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
    shutil.rmtree(Path(address).parent, ignore_errors=True)


def answer(connection: socket.socket, program: str) -> None:
    """Run one call and tell its caller how it ended; kill it where the caller is killed."""
    text, streams, _, _ = socket.recv_fds(connection, 1 << 20, 3)
    while not text.endswith(b"\n"):
        text += connection.recv(1 << 20)
    process = os.fork()
    if process == 0:
        connection.close()
        run(program, json.loads(text), streams)
    ended = os.pidfd_open(process)
    if ended not in select.select([ended, connection], [], [])[0]:
        os.kill(process, signal.SIGKILL)
    status = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
    connection.sendall(f"{status if status >= 0 else 128 - status}\n".encode())
    os._exit(0)


def run(program: str, call: dict, streams: list[int]) -> None:
    """Be the program that was called: the script that pip installs, or Python on a command."""
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    os.chdir(call["folder"])
    os.environ.clear()
    os.environ.update(call["environment"])
    if program != "snakemake":
        sys.argv = call["arguments"]
        sys.path.insert(0, str(Path(sys.argv[0]).parent.resolve()))
        runpy.run_path(sys.argv[0], run_name="__main__")
        sys.exit()
    sys.argv = [PROGRAM, *call["arguments"]]
    sys.path.insert(0, str(Path(PROGRAM).parent))
    from snakemake.cli import main

    sys.exit(main())


if __name__ == "__main__":
    serve(*sys.argv[1:])
