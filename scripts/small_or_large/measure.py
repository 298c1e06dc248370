"""Costs of a run: time, memory, energy, and on what it was measured.

Energy is written only where it is measured: by the GPU's own meter (NVML) and the CPU's (RAPL), both read through
codecarbon. Its estimates from a processor's rated power are not measurements and are left out, and so is its model of
the memory's power; `energy_method` says what was read. RAPL counts the whole package: jobs side by side are each
charged for all of it.
"""

import contextlib
import json
import logging
import os
import platform
import resource
import sys
import time
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import Any

from small_or_large import devices

log = logging.getLogger(__name__)

LIBRARIES = ("torch", "transformers", "tokenizers", "datasets", "scikit-learn", "numpy", "pandas")


class Measurement:
    """Measures a run between `with` and its end; `write` puts the figures into the costs file.

    >>> with Measurement(device, "float32") as cost:
    ...     cost.parameters = 22_000_000
    ...     with cost.training():
    ...         train()
    ...     with cost.inference(len(reports)):
    ...         predict()
    >>> cost.write("costs/task/run.json", temperature=1.3)
    """

    def __init__(self, device: Any = None, dtype: str | None = None):
        """device: torch device, or None for work without torch (`CPU`); dtype: number format computed in."""
        self.device, self.dtype = device, dtype
        self.parameters: int | None = None
        self.trained_parameters: int | None = None
        self.train_seconds: float | None = None
        self.inference_seconds = 0.0
        self.reports = 0
        self.energy_kwh: float | None = None
        self.energy_method: str | None = None
        self._meter: Any = None

    def __enter__(self) -> "Measurement":
        self._started = time.perf_counter()
        if self._on_gpu:
            import torch

            torch.cuda.reset_peak_memory_stats(self.device)
        self._meter = _start_meter(self._on_gpu)
        return self

    def __exit__(self, *error: Any) -> None:
        self.seconds = time.perf_counter() - self._started
        if self._meter:
            self.energy_kwh, self.energy_method = _stop_meter(self._meter, self._on_gpu)

    @property
    def _on_gpu(self) -> bool:
        return self.device is not None and self.device.type == "cuda"

    @contextlib.contextmanager
    def training(self, before: float = 0.0) -> Iterator[None]:
        """Time the block as training; before: seconds already spent by a run that this one resumes."""
        started = time.perf_counter()
        yield
        self.train_seconds = before + time.perf_counter() - started

    @contextlib.contextmanager
    def inference(self, reports: int) -> Iterator[None]:
        """Time the block as the reading of so many reports; may be entered several times."""
        started = time.perf_counter()
        yield
        self.inference_seconds += time.perf_counter() - started
        self.reports += reports

    def figures(self) -> dict[str, Any]:
        """The costs of the run so far: the keys of costs/<task>/<run>.json."""
        return {
            "device": devices.describe(self.device) if self.device is not None else _processor(),
            "dtype": self.dtype,
            "parameters": self.parameters,
            "trained_parameters": self.trained_parameters,
            "train_seconds": self.train_seconds,
            "reports_per_second": self.reports / self.inference_seconds if self.inference_seconds else None,
            "peak_memory_mib": peak_memory_mib(),
            "peak_gpu_memory_mib": self._gpu_memory_mib() if self._on_gpu else None,
            "energy_kwh": self.energy_kwh,
            "energy_method": self.energy_method,
            "seconds": self.seconds,
            "versions": versions(),
        }

    def write(self, path: str | Path, **more: Any) -> dict[str, Any]:
        """Write the costs, with further keys of the command, whole or not at all; returns them."""
        figures = self.figures() | more
        path = Path(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.{os.getpid()}.tmp")
        draft.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
        draft.replace(path)
        return figures

    def _gpu_memory_mib(self) -> float:
        import torch

        return torch.cuda.max_memory_allocated(self.device) / 2**20


def parameters(model: Any) -> tuple[int, int]:
    """A model's parameters, and those of them that are trained."""
    sizes = [(p.numel(), p.requires_grad) for p in model.parameters()]
    return sum(size for size, _ in sizes), sum(size for size, trained in sizes if trained)


def peak_memory_mib() -> float:
    """Most resident memory that this process has had, in MiB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 2**20 if sys.platform == "darwin" else peak / 2**10


def versions() -> dict[str, str]:
    """Versions of Python and of the libraries that the figures depend on, where installed."""
    found = {"python": platform.python_version()}
    for library in LIBRARIES:
        with contextlib.suppress(metadata.PackageNotFoundError):
            found[library] = metadata.version(library)
    return found


def _processor() -> str:
    import types

    return devices.describe(types.SimpleNamespace(type="cpu")) if "torch" in sys.modules else "CPU"


def _start_meter(on_gpu: bool) -> Any:
    """A running energy tracker where this machine has a meter that it can read; None where it has none."""
    rapl = any(os.access(path, os.R_OK) for path in Path("/sys/class/powercap").glob("*/energy_uj"))
    if not (on_gpu or rapl):
        return None
    from codecarbon import OfflineEmissionsTracker

    tracker = OfflineEmissionsTracker(
        country_iso_code="CAN",  # the country only turns energy into CO2, which is not used
        gpu_ids=os.environ.get("CUDA_VISIBLE_DEVICES") or None,
        save_to_file=False,
        log_level="error",
        allow_multiple_runs=True,
    )
    tracker.start()
    return tracker


def _stop_meter(tracker: Any, on_gpu: bool) -> tuple[float | None, str | None]:
    """Measured energy in kWh and what measured it; (None, None) where codecarbon could only estimate."""
    tracker.stop()
    data = tracker.final_emissions_data
    modes = {getattr(hardware, "_mode", type(hardware).__name__) for hardware in tracker._hardware}
    read, energy = [], 0.0
    if on_gpu and "GPU" in modes:
        read.append("GPU (NVML)")
        energy += data.gpu_energy
    if "intel_rapl" in modes:
        read.append("CPU package (RAPL)")
        energy += data.cpu_energy
    return (energy, " + ".join(read)) if read else (None, None)
