"""Intervals: a percentile bootstrap that draws patients, and within each draw also training seeds.

Reports of one patient resemble each other, so patients and not reports are drawn (cluster bootstrap, Field &
Welsh 2007, J R Stat Soc B 69(3)). How a finetuned model turns out also depends on its seed, so a family of
runs that differ only in the seed is resampled on two levels: patients and seeds, independently of each other
because every seed reads the same patients (crossed two-way bootstrap, Owen 2007, Ann Appl Stat 1(2)).
`scipy.stats.bootstrap` has the first level only; tests/unit/test_intervals.py checks this module against it.

A draw is a vector of weights (how often each patient was drawn), so every statistic that is a function of
sums over patients is one matrix product for all draws at once.
"""

import warnings
import zlib

import numpy as np


def generator(seed: int, *names: str) -> np.random.Generator:
    """A random generator that depends on the study's seed and on names (task, part), not on the order of
    work.
    """
    return np.random.default_rng([seed, *(zlib.crc32(name.encode()) for name in names)])


def patient_weights(patients: int, draws: int, rng: np.random.Generator) -> np.ndarray:
    """Draw `patients` patients with replacement, `draws` times: float32 (draws, patients), each row sums to
    patients.

    The first axis is the draw. float32 holds counts exactly below 2**24.
    """
    return rng.multinomial(patients, np.full(patients, 1 / patients), size=draws).astype(np.float32)


def seed_weights(seeds: int, draws: int, rng: np.random.Generator) -> np.ndarray:
    """Draw seeds with replacement: (draws, seeds), each row sums to 1; all ones where there is one seed
    only.
    """
    if seeds == 1:
        return np.ones((draws, 1))
    return rng.multinomial(seeds, np.full(seeds, 1 / seeds), size=draws) / seeds


def over_seeds(by_seed: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Mean over the seeds drawn: by_seed (seeds, draws, ...) and weights (draws, seeds) give (draws, ...)."""
    return np.einsum("sd...,ds->d...", by_seed, weights)


def percentile(draws: np.ndarray, confidence: float) -> tuple[np.ndarray, np.ndarray]:
    """Lower and upper end of the percentile interval over axis 0; draws where the statistic is undefined
    (NaN) are left out, and both ends are NaN where it is undefined in every draw.
    """
    tail = (1 - confidence) / 2
    quantile = np.nanquantile if np.isnan(draws).any() else np.quantile
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "All-NaN slice encountered", RuntimeWarning)
        low, high = quantile(draws, [tail, 1 - tail], axis=0)
    return low, high
