"""Raw answers of language models, read strictly: an answer is a class name or it is invalid.

A lenient parser makes a model look better than it is and hides that its answers cannot be used as they come. So
nothing is searched for in running text: the answer, or the string in the JSON object that it begins with, must be a
class name.
"""

import json
import re

# A code fence opens the answer, with or without a language: ```json ... ```
FENCE = re.compile(r"\s*```[a-zA-Z]*\s*(?P<inside>.*?)\s*(?P<rest>```.*)?", re.DOTALL)
# Reasoning models think aloud before the answer; what they thought is no answer.
THOUGHT = re.compile(r"\s*<think>.*?</think>\s*", re.DOTALL)
QUOTES = "\"'`“”‘’"
DECODER = json.JSONDecoder()


class AnswerReader:
    """Reads raw answers as one of a task's classes."""

    def __init__(self, classes: list[str], key: str = ""):
        """`classes` are the declared names; `key` is the key of a JSON object that holds the answer.

        Where `key` is empty any key will do, if the object holds one string only. Raises ValueError where two names
        differ by nothing that counts.
        """
        self._names = {_plain(name): name for name in classes}
        self._key = key
        if len(self._names) < len(classes):
            raise ValueError("class names differ by case, white space or punctuation at their ends only")

    def read(self, answer: str | None) -> str | None:
        """The class that an answer names, or None where it names none (an `invalid` answer).

        Accepted, fenced as a code block or not: the bare class name, a JSON string, or a JSON object with the name,
        which an explanation may follow if no object in it names another class. The name must be equal but for case,
        white space, quotes around it and a period at its end. A class name inside a sentence, text before the
        object, two classes, and an object with several strings and no key to choose by are invalid.
        """
        if answer is None:
            return None
        text = THOUGHT.sub("", answer, count=1).strip()
        fenced = FENCE.fullmatch(text)
        if fenced:
            text = fenced["inside"] + (fenced["rest"] or "").removeprefix("```")
        if text.startswith("{"):
            return self._from_object(text)
        return self._names.get(_plain(text))

    def _from_object(self, text: str) -> str | None:
        names = [self._in(value) for value in _objects(text)]
        answered = bool(names) and names[0] is not None
        return names[0] if answered and not set(names[1:]) - {names[0], None} else None

    def _in(self, value: dict) -> str | None:
        strings = [item for key, item in value.items() if isinstance(item, str) and self._key in ("", key)]
        return self._names.get(_plain(strings[0])) if len(strings) == 1 else None


def _objects(text: str) -> list[dict]:
    """The JSON objects in a text that begins with one, as far as they can be read."""
    found, start = [], 0
    while start >= 0:
        try:
            value, end = DECODER.raw_decode(text, start)
        except (json.JSONDecodeError, RecursionError):
            break
        found.append(value)
        start = text.find("{", end)
    return found


def _plain(name: str) -> str:
    """A name without what may differ: case, white space, quotes around it, a period at its end."""
    name = " ".join(name.split()).strip(QUOTES + " ").removesuffix(".").rstrip(QUOTES + " ")
    return name.casefold()
