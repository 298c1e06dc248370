"""What a run costs: measured seconds, memory and energy, turned into money by the study's prices.

Measured figures come from costs/<task>/<run>.json. Whatever was not measured stays None all the way to the
page: an external model without costs is of unknown cost, not free.
"""

import json
from dataclasses import dataclass
from pathlib import Path

from small_or_large.errors import StudyError
from small_or_large.schema.evaluate import CostConfig

KEYS = (
    "device",
    "dtype",
    "parameters",
    "train_seconds",
    "reports_per_second",
    "peak_memory_mib",
    "energy_kwh",
)


@dataclass(frozen=True)
class Cost:
    """Cost of a run, or the mean over a family's seeds; None where unknown.

    per_thousand and per_year are money: reading 1,000 reports, and training once plus reading a year's
    reports.
    """

    device: str | None = None
    parameters: float | None = None
    train_seconds: float | None = None
    seconds_per_thousand: float | None = None
    peak_memory_mib: float | None = None
    energy_kwh: float | None = None
    per_thousand: float | None = None
    train: float | None = None
    per_year: float | None = None


def read(path: str | Path) -> dict | None:
    """A run's cost record; None where there is no file. StudyError where a key of the contract is missing."""
    path = Path(path)
    if not path.is_file():
        return None
    record = json.loads(path.read_text(encoding="utf-8"))
    missing = [key for key in KEYS if key not in record]
    if missing:
        raise StudyError(f"{path}: key '{missing[0]}' is missing; write null where a cost cannot be measured")
    return record


def price(device: str | None, prices: CostConfig) -> float | None:
    """Price of an hour on a device: `cpu` or anything else, which is a GPU; None where the device is
    unknown.
    """
    if not device:
        return None
    return prices.cpu_hour if device.lower().startswith("cpu") else prices.gpu_hour


def of_run(record: dict | None, prices: CostConfig) -> Cost:
    """The cost of one run from its record (None: all unknown)."""
    if record is None:
        return Cost()
    hour = price(record["device"], prices)
    speed = record["reports_per_second"]
    seconds = 1000 / speed if speed else None
    per_thousand = None if seconds is None or hour is None else seconds / 3600 * hour
    training = record["train_seconds"] or 0.0
    train = None if hour is None else training / 3600 * hour
    yearly = (
        None
        if per_thousand is None or train is None
        else train + per_thousand * prices.reports_per_year / 1000
    )
    return Cost(
        device=record["device"],
        parameters=record["parameters"],
        train_seconds=record["train_seconds"],
        seconds_per_thousand=seconds,
        peak_memory_mib=record["peak_memory_mib"],
        energy_kwh=record["energy_kwh"],
        per_thousand=per_thousand,
        train=train,
        per_year=yearly,
    )


def of_family(runs: list[Cost]) -> Cost:
    """Mean over the seeds of each figure that every seed has; the device where all seeds used the same."""
    if not runs:
        return Cost()

    def mean(name: str) -> float | None:
        values = [getattr(run, name) for run in runs]
        return None if any(value is None for value in values) else sum(values) / len(values)

    devices = {run.device for run in runs}
    figures = {name: mean(name) for name in Cost.__dataclass_fields__ if name != "device"}
    return Cost(device=devices.pop() if len(devices) == 1 else None, **figures)
