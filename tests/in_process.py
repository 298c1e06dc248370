"""Commands called in the process of the tests: what another process would print and return, without its imports."""

import contextlib
import importlib
import io
import sys
from dataclasses import dataclass
from pathlib import Path
from unittest import mock


@dataclass
class Done:
    """What a command printed and returned."""

    returncode: int
    stdout: str
    stderr: str


def command(script: str, *arguments: object) -> Done:
    """Run a command's main in this process, as its last line does."""
    from small_or_large import command as commands

    main = importlib.import_module(Path(script).stem).main
    out, err, code = io.StringIO(), io.StringIO(), 0
    with (
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
        mock.patch.object(sys, "argv", [script, *map(str, arguments)]),
    ):
        try:
            commands.run(main)
        except SystemExit as end:
            code = end.code or 0
    return Done(code, out.getvalue(), err.getvalue())
