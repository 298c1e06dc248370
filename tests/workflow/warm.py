"""`snakemake`, its modules imported beforehand: most of its two seconds of processor time, some hundred times.

It is no other program: every call is a process of its own that begins where the imports have ended, with the caller's
folder, environment, arguments and streams, and none of this project's modules loaded. What is about a start itself
(`make`, the finished study, conda, Slurm, the profiles, killed runs) calls the installed program.
"""

import atexit
import contextlib
import gc
import json
import os
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
# The program that callers find on PATH: hands everything over, waits for the end and ends the same way.
CALLER = """#!{python} -IS
import json, os, socket, sys
to = socket.socket(socket.AF_UNIX)
to.connect({address!r})
call = {{"folder": os.getcwd(), "environment": dict(os.environ), "arguments": sys.argv[1:]}}
socket.send_fds(to, [json.dumps(call).encode() + b"\\n"], [0, 1, 2])
sys.exit(int(to.makefile().readline() or 1))
"""


@cache
def folder() -> Path:
    """A folder with such a `snakemake`, to be put on PATH; it serves until this process ends."""
    made = Path(tempfile.mkdtemp(prefix="snakemake-"))
    address = str(made / "socket")
    caller = made / "snakemake"
    caller.write_text(CALLER.format(python=sys.executable, address=address))
    caller.chmod(0o755)
    # It ends with its standard input, however this process ends, and takes the folder away.
    server = subprocess.Popen(
        [sys.executable, "-P", __file__, address], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert server.stdout.readline() == b"ready\n"
    atexit.register(lambda: (server.stdin.close(), server.wait()))
    return made


def serve(address: str) -> None:
    """Import Snakemake and its plugins, then answer calls, each in a process of its own."""
    import smart_open  # noqa: F401
    from snakemake.cli import get_argument_parser

    get_argument_parser()
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(address)
    listening.listen()
    gc.freeze()
    print("ready", flush=True)
    while listening in select.select([listening, sys.stdin], [], [])[0]:
        connection, _ = listening.accept()
        if os.fork() == 0:
            listening.close()
            answer(connection)
        connection.close()
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
    shutil.rmtree(Path(address).parent)


def answer(connection: socket.socket) -> None:
    """Run one call and tell its caller how it ended; kill it where the caller is killed."""
    text, streams, _, _ = socket.recv_fds(connection, 1 << 20, 3)
    while not text.endswith(b"\n"):
        text += connection.recv(1 << 20)
    process = os.fork()
    if process == 0:
        connection.close()
        run(json.loads(text), streams)
    ended = os.pidfd_open(process)
    if ended not in select.select([ended, connection], [], [])[0]:
        os.kill(process, signal.SIGKILL)
    status = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
    connection.sendall(f"{status if status >= 0 else 128 - status}\n".encode())
    os._exit(0)


def run(call: dict, streams: list[int]) -> None:
    """Be the program that was called, as the script that pip installs is."""
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    os.chdir(call["folder"])
    os.environ.clear()
    os.environ.update(call["environment"])
    sys.argv = [PROGRAM, *call["arguments"]]
    sys.path.insert(0, str(Path(PROGRAM).parent))
    from snakemake.cli import main

    sys.exit(main())


if __name__ == "__main__":
    serve(sys.argv[1])
