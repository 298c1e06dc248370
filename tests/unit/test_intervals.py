"""The bootstrap over patients and seeds against scipy's, and its coverage on data whose truth is known."""

import numpy as np
import pytest
from scipy.stats import bootstrap

from small_or_large import intervals


def test_one_report_a_patient_and_one_seed_agrees_with_scipy():
    right = (np.random.default_rng(1).random(120) < 0.8).astype(float)
    expected = bootstrap(
        (right,), np.mean, n_resamples=20000, method="percentile", rng=np.random.default_rng(2)
    ).confidence_interval
    weights = intervals.patient_weights(120, 20000, np.random.default_rng(3))
    low, high = intervals.percentile(weights @ right / 120, 0.95)
    assert low == pytest.approx(expected.low, abs=0.009)
    assert high == pytest.approx(expected.high, abs=0.009)


def test_weights_are_counts_of_patients_drawn():
    weights = intervals.patient_weights(30, 500, np.random.default_rng(0))
    assert weights.shape == (500, 30)
    np.testing.assert_array_equal(weights.sum(axis=1), 30)
    assert weights.var() == pytest.approx(1 - 1 / 30, rel=0.05)


def test_seeds_are_drawn_with_replacement_and_one_seed_is_itself():
    weights = intervals.seed_weights(3, 4000, np.random.default_rng(0))
    np.testing.assert_allclose(weights.sum(axis=1), 1)
    assert set(np.unique(np.round(weights * 3))) == {0, 1, 2, 3}
    np.testing.assert_array_equal(intervals.seed_weights(1, 5, np.random.default_rng(0)), np.ones((5, 1)))


def test_spread_of_seeds_widens_the_interval():
    weights = intervals.seed_weights(3, 4000, np.random.default_rng(0))
    drawn = intervals.over_seeds(np.repeat([[0.70], [0.75], [0.80]], 4000, axis=1), weights)
    low, high = intervals.percentile(drawn, 0.95)
    assert low < 0.72 and high > 0.78
    assert drawn.mean() == pytest.approx(0.75, abs=0.002)


def test_draws_depend_on_names_and_seed_only():
    first = intervals.generator(0, "task", "test").random(4)
    np.testing.assert_array_equal(first, intervals.generator(0, "task", "test").random(4))
    assert not np.array_equal(first, intervals.generator(0, "task", "validation").random(4))
    assert not np.array_equal(first, intervals.generator(1, "task", "test").random(4))


def test_undefined_draws_are_left_out():
    low, high = intervals.percentile(np.array([[np.nan, np.nan], [1.0, np.nan], [2.0, np.nan]]), 0.5)
    assert (low[0], high[0]) == (1.25, 1.75)
    assert np.isnan(low[1]) and np.isnan(high[1])


def coverage(cluster: bool) -> float:
    """Share of 95% intervals that hold the true accuracy; reports of a patient agree with each other
    strongly.
    """
    hits, studies = 0, 300
    for study in range(studies):
        rng = np.random.default_rng([7, study])
        chance = rng.beta(1.6, 0.4, 60)
        right = (rng.random((60, 5)) < chance[:, None]).astype(float)
        if cluster:
            weights = intervals.patient_weights(60, 400, rng)
            drawn = weights @ right.sum(axis=1) / (weights.sum(axis=1) * 5)
        else:
            weights = intervals.patient_weights(300, 400, rng)
            drawn = weights @ right.ravel() / 300
        low, high = intervals.percentile(drawn, 0.95)
        hits += low <= 0.8 <= high
    return hits / studies


def test_intervals_over_patients_cover_and_intervals_over_reports_would_not():
    assert 0.90 <= coverage(cluster=True) <= 0.985
    assert coverage(cluster=False) < 0.85
