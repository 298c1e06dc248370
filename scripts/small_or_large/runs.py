"""A run: one model on one task by one approach, and the name that its files bear."""

import re
from dataclasses import dataclass

from small_or_large.errors import StudyError

NAME = r"[A-Za-z0-9][A-Za-z0-9_-]*"
RUN = re.compile(rf"(?P<model>{NAME})\.(?P<approach>[a-z_]+)(\.n(?P<labels>[1-9]\d*))?\.seed(?P<seed>\d+)")


@dataclass(frozen=True, order=True)
class Run:
    """One model on one task by one approach, with a seed and possibly a label budget."""

    task: str
    model: str
    approach: str
    labels: int | None
    seed: int

    @property
    def family(self) -> str:
        """The run without its seed: `<model>.<approach>[.n<labels>]`."""
        budget = "" if self.labels is None else f".n{self.labels}"
        return f"{self.model}.{self.approach}{budget}"

    @property
    def name(self) -> str:
        """`<model>.<approach>[.n<labels>].seed<k>`, the name of the run's files."""
        return f"{self.family}.seed{self.seed}"

    @classmethod
    def parse(cls, task: str, name: str) -> "Run":
        """The run that a file's name says; StudyError where it is no run's name."""
        match = RUN.fullmatch(name)
        if not match:
            raise StudyError(f"{name!r} is no run: expected <model>.<approach>[.n<labels>].seed<k>")
        labels = match["labels"]
        return cls(
            task, match["model"], match["approach"], int(labels) if labels else None, int(match["seed"])
        )
