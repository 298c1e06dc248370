"""Near-duplicates: resent and corrected reports are found, different reports of one template are not."""

import numpy as np
import pandas as pd
import pytest

from small_or_large import near_duplicates

WORDS = [
    f"{a}{b}" for a in "abcdefghijklmnopqrstuvwxyz" for b in ("an", "el", "ist", "or", "um", "ine", "ax")
]


def prose(random: np.random.Generator, words: int) -> list[str]:
    return list(random.choice(WORDS, words))


def signed(texts: list[str], permutations: int = 64, words: int = 3) -> np.ndarray:
    return near_duplicates.signatures(texts, permutations, words)


def true_jaccard(a: str, b: str, words: int) -> float:
    one, other = near_duplicates.shingles(a, words), near_duplicates.shingles(b, words)
    return len(one & other) / len(one | other)


def test_shingles_ignore_case_punctuation_and_line_breaks_but_not_digits():
    one = near_duplicates.shingles("Tumour size: 3.5 cm,\n grade II", 3)
    assert one == near_duplicates.shingles("TUMOUR size 3-5 cm grade\tii.", 3)
    assert one != near_duplicates.shingles("Tumour size: 3.6 cm,\n grade II", 3)
    assert len(one) == 5
    assert near_duplicates.shingles(" ... ", 3) == set()
    assert len(near_duplicates.shingles("benign", 3)) == 1


def test_signatures_estimate_the_jaccard_similarity():
    random = np.random.default_rng(0)
    errors = []
    for changed in range(0, 200, 10):
        a = prose(random, 400)
        b = a[: 400 - changed] + prose(random, changed)
        one, other = signed([" ".join(a), " ".join(b)], permutations=256)
        errors.append((one == other).mean() - true_jaccard(" ".join(a), " ".join(b), 3))
    assert np.abs(np.mean(errors)) < 0.02
    assert np.max(np.abs(errors)) < 0.12


@pytest.mark.parametrize("similarity", [0.5, 0.7, 0.8, 0.95])
def test_bands_propose_pairs_at_the_threshold(similarity):
    number, width = near_duplicates.bands(64, similarity)
    assert number * width <= 64
    assert 1 - (1 - similarity**width) ** number >= near_duplicates.RECALL
    wider = width + 1
    assert 1 - (1 - similarity**wider) ** (64 // wider) < near_duplicates.RECALL


def test_groups_of_resent_and_corrected_reports():
    random = np.random.default_rng(1)
    texts, truth = [], []
    for group in range(300):
        words = prose(random, 200)
        texts.append(" ".join(words))
        truth.append(group)
        if group % 3 == 0:  # sent again with another date line and two words corrected
            again = words.copy()
            again[50], again[150] = "corrected", "again"
            texts.append("received 2021 03 04 " + " ".join(again))
            truth.append(group)
        if group % 30 == 0:  # and once more, word for word
            texts.append(texts[-1].upper())
            truth.append(group)
    order = random.permutation(len(texts))
    found = near_duplicates.groups(signed([texts[i] for i in order]), 0.7)
    truth = np.asarray(truth)[order]
    pairs = pd.DataFrame({"found": found, "truth": truth}).drop_duplicates()
    assert len(pairs) == 300
    assert pairs["found"].is_unique and pairs["truth"].is_unique
    assert found[0] == 0 and list(dict.fromkeys(found)) == sorted(set(found))


def test_one_template_does_not_make_one_report():
    """Three in four words are the form's: filled in anew it is another report, misread by OCR it is the same."""
    random = np.random.default_rng(2)
    template = prose(random, 200)
    own = [prose(random, 60) for _ in range(300)]
    texts = [" ".join(template[:50] + words + template[50:]) for words in own]
    again = []
    for words in own[:100]:
        misread = template[:50] + words + template[50:]
        for place in random.choice(len(misread), 5, replace=False):
            misread[place] = f"x{misread[place]}"
        again.append(" ".join(["amended", "report", *misread]))
    similar = [true_jaccard(texts[i], texts[i + 1], 3) for i in range(100)]
    copies = [true_jaccard(texts[i], again[i], 3) for i in range(100)]
    assert np.median(similar) > 0.55 and np.median(copies) < 0.9  # close to each other, and yet told apart
    found = near_duplicates.groups(signed(texts + again), 0.9)
    assert len(set(found[:300])) == 300
    assert (found[300:] == found[:100]).mean() >= 0.97


def test_groups_agree_with_comparing_all_pairs():
    random = np.random.default_rng(3)
    texts = []
    for _ in range(40):
        words = prose(random, 80)
        for changed in (0, 4, 8, 30):
            copy = words.copy()
            copy[:changed] = prose(random, changed)
            texts.append(" ".join(copy))
    rows = signed(texts)
    found = near_duplicates.groups(rows, 0.8)
    left, right = np.triu_indices(len(rows), 1)
    same = near_duplicates._same(rows, near_duplicates._commonness(rows), left, right, 0.8)
    agree = np.eye(len(rows), dtype=bool)
    agree[left[same], right[same]] = agree[right[same], left[same]] = True
    reached = np.linalg.matrix_power(agree.astype(float), 8) > 0
    missed = reached & (found[:, None] != found[None])
    assert missed.sum() <= 0.01 * reached.sum()
    assert not ((found[:, None] == found[None]) & ~reached).any()


def test_a_giant_bucket_is_grouped_in_bounded_time():
    random = np.random.default_rng(4)
    rows = random.integers(0, 2**32, (20_000, 64), dtype=np.uint32)
    rows[:, :16] = 7  # boilerplate in all: one bucket of twenty thousand in several bands
    rows[10_000:] = rows[:10_000]
    rows[10_000:, 60:] = 9  # each of the first half has a copy that is like it in 60 of 64
    found = near_duplicates.groups(rows, 0.8)
    assert len(set(found)) == 10_000
    assert (found[:10_000] == found[10_000:]).all()


def test_no_reports_and_texts_without_words():
    assert len(near_duplicates.groups(signed([]), 0.8)) == 0
    assert list(near_duplicates.groups(signed(["...", "one word", "?!"]), 0.8)) == [0, 1, 0]
