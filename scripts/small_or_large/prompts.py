"""Prompts: files that say how an LLM is asked about a report and how its answer looks.

A report is text that somebody else wrote. It is put between delimiters that it cannot close, and strings that chat
templates treat as the end of a turn are taken apart, so a report cannot speak in another role's voice. A model may
still be talked into something by a report: that is why answers are read strictly.
"""

import re
from pathlib import Path

from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment

from small_or_large.errors import StudyError

MARK = re.compile(r"^=== answer ===[ \t]*\n", re.MULTILINE)
# What stands for a report without content when a model's bias for an answer is measured (Zhao et al. 2021).
CONTENT_FREE = ("N/A", "[no text]", "")
# Turn and sequence marks of common chat templates, and the delimiters of our own prompt.
CONTROL = re.compile(
    r"<\|[^<>|\s]{0,40}\|>|</?s>|<</?SYS>>|\[/?INST\]|<(?:start|end)_of_turn>|<(?:bos|eos)>|</?report>",
    re.IGNORECASE,
)


class Prompt:
    """A prompt file with the question and classes of a task."""

    def __init__(self, path: str | Path, question: str, descriptions: dict[str, str]):
        """descriptions: class name to description. Raises StudyError where the file is missing or cannot be used."""
        path = Path(path)
        if not path.is_file():
            raise StudyError(f"{path}: no such prompt file (tasks.<task>.prompt)")
        self.text = path.read_text(encoding="utf-8")
        asking, _, form = MARK.sub("\0", self.text, count=1).partition("\0")
        environment = SandboxedEnvironment(undefined=StrictUndefined, autoescape=False)
        try:
            self._asking = environment.from_string(asking)
            self._form = environment.from_string(form.strip() or "{{ answer }}")
        except TemplateError as error:
            raise StudyError(f"{path}: not a Jinja2 template ({error})") from None
        self._path = path
        self._given = {
            "question": question,
            "classes": [{"name": name, "description": text} for name, text in descriptions.items()],
        }
        probe = "\x1areport\x1a"
        if probe not in self.about(probe):
            raise StudyError(
                f"{path}: the template never shows the report; write {{{{ report }}}} where it goes"
            )
        if probe not in self.answer(probe):
            raise StudyError(f"{path}: below `=== answer ===` stands no {{{{ answer }}}}")
        unnamed = [name for name in descriptions if name not in self.about("")]
        if unnamed:
            raise StudyError(
                f"{path}: the prompt never names class {unnamed[0]!r}; loop over {{{{ classes }}}} or name it"
            )

    def about(self, report: str) -> str:
        """What a model is asked about a report."""
        return self._render(self._asking, report=harmless(report))

    def answer(self, name: str) -> str:
        """How the answer looks that names a class."""
        return self._render(self._form, answer=name)

    @property
    def closed(self) -> bool:
        """Whether the form of an answer says where the class name ends, such as by a quotation mark."""
        return not self.answer("\x1a").endswith("\x1a")

    def _render(self, template, **given: str) -> str:
        try:
            return template.render(self._given | given)
        except TemplateError as error:
            raise StudyError(f"{self._path}: {error}; a prompt knows question, classes and report") from None


def harmless(report: str) -> str:
    """A report whose control strings are taken apart by spaces, and unchanged otherwise."""
    return CONTROL.sub(lambda mark: " ".join(mark[0]), report)
