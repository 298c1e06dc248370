"""Splits keep patients and near-duplicates together, hit their shares, and label budgets are nested."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from small_or_large import splits
from small_or_large.errors import StudyError
from small_or_large.splits import training_subset


def split_rows(counts: dict[str, int], part: str = "train") -> pd.DataFrame:
    labels = [name for name, count in counts.items() for _ in range(count)]
    return pd.DataFrame(
        {
            "report_id": [f"{part}{i:04d}" for i in range(len(labels))],
            "patient_id": [f"p{part}{i // 2}" for i in range(len(labels))],
            "part": part,
            "label": labels,
        }
    )


class TestTrainingSubset:
    rows = pd.concat([split_rows({"a": 300, "b": 60, "c": 8, "d": 1}), split_rows({"a": 50}, "test")])

    def test_smaller_budgets_lie_within_larger_ones(self):
        previous: set[str] = set()
        for n in (4, 7, 8, 20, 100, 300, 369):
            subset = set(training_subset(self.rows, n, seed=3)["report_id"])
            assert len(subset) == n
            assert previous <= subset
            previous = subset

    def test_every_class_is_there_and_twice_where_it_can(self):
        assert training_subset(self.rows, 4, 0)["label"].value_counts().to_dict() == dict.fromkeys("abcd", 1)
        assert training_subset(self.rows, 7, 0)["label"].value_counts().to_dict() == {
            "a": 2,
            "b": 2,
            "c": 2,
            "d": 1,
        }

    def test_large_budgets_are_in_proportion(self):
        counts = training_subset(self.rows, 184, 1)["label"].value_counts()
        assert abs(counts["a"] - 150) <= 4
        assert abs(counts["b"] - 30) <= 4

    def test_seeds_differ_and_row_order_does_not_matter(self):
        one, other = training_subset(self.rows, 50, 0), training_subset(self.rows, 50, 1)
        assert set(one["report_id"]) != set(other["report_id"])
        again = training_subset(self.rows.sample(frac=1, random_state=np.random.RandomState(5)), 50, 0)
        pd.testing.assert_frame_equal(one, again)

    def test_only_training_reports(self):
        assert set(training_subset(self.rows, None, 0)["part"]) == {"train"}
        assert len(training_subset(self.rows, None, 0)) == 369

    def test_too_large_or_too_small_a_budget(self):
        with pytest.raises(StudyError, match="370 is more than the 369"):
            training_subset(self.rows, 370, 0)
        with pytest.raises(StudyError, match="each of the 4 classes"):
            training_subset(self.rows, 3, 0)


def labelled(random: np.random.Generator, patients: int, shares: dict[str, float]) -> pd.DataFrame:
    """Labelled reports of patients who have one to five of them, a few copied to another patient."""
    rows = []
    for patient in range(patients):
        label = random.choice(list(shares), p=list(shares.values()))
        for _ in range(random.integers(1, 6)):
            own = label if random.random() < 0.9 else random.choice(list(shares), p=list(shares.values()))
            rows.append((f"r{len(rows):05d}", f"p{patient:04d}", own, len(rows)))
    table = pd.DataFrame(rows, columns=["report_id", "patient_id", "label", "group"])
    copies = random.choice(len(table), len(table) // 25, replace=False)
    table.loc[copies, "group"] = random.choice(len(table), len(copies))
    return table


def settings(classes: list[str], **split) -> dict:
    how = {
        "by": "random",
        "validation": 0.1,
        "test": 0.2,
        "test_from": None,
        "test_facilities": [],
        "least": 1,
    }
    return {"label": "label", "classes": classes, "seed": 4, "split": how | split}


SHARES = {"a": 0.6, "b": 0.3, "c": 0.07, "d": 0.03}
CLASSES = list(SHARES)


class TestRandomSplit:
    rows = labelled(np.random.default_rng(0), 1000, SHARES)
    split = splits.make_split(rows, settings(CLASSES), "t").table

    def test_nothing_is_on_two_sides_and_nothing_is_lost(self):
        assert sorted(self.split["report_id"]) == sorted(self.rows["report_id"])
        assert self.split.groupby("patient_id")["part"].nunique().max() == 1
        assert self.split.groupby("group")["part"].nunique().max() == 1

    def test_shares_are_hit_in_every_class(self):
        counts = pd.crosstab(self.split["label"], self.split["part"], normalize="index")
        assert counts["test"].sub(0.2).abs().max() < 0.02
        assert counts["validation"].sub(0.1).abs().max() < 0.02

    def test_patients_with_many_reports_are_in_every_part(self):
        size = self.split.groupby("unit")["part"].agg(["first", "size"])
        means = size.groupby("first")["size"].mean()
        assert means.max() / means.min() < 1.15

    def test_same_rows_in_any_order_give_the_same_split(self):
        again = splits.make_split(self.rows.sample(frac=1, random_state=1), settings(CLASSES), "t").table
        pd.testing.assert_frame_equal(self.split, again)

    def test_another_seed_gives_another_split(self):
        other = splits.make_split(self.rows, settings(CLASSES) | {"seed": 5}, "t").table
        assert 0.2 < (other["part"] != self.split["part"]).mean() < 0.8

    @pytest.mark.parametrize("seed", range(20))
    def test_a_class_of_seven_reports_is_in_every_part(self, seed):
        rows = split_rows({"a": 300, "b": 90, "c": 7}).assign(group=range(397))
        rows["patient_id"] = rows["report_id"]
        split = splits.make_split(rows, settings(list("abc"), least=5) | {"seed": seed}, "t").table
        counts = split[split["label"] == "c"]["part"].value_counts().to_dict()
        assert counts == {"train": 5, "validation": 1, "test": 1}

    def test_too_few_reports_of_a_class(self):
        rows = split_rows({"a": 300, "b": 6}).assign(group=range(306))
        with pytest.raises(StudyError, match=r"class 'b' has \d in train \(needed: 5\)"):
            splits.make_split(rows, settings(["a", "b"], least=5), "t")
        with pytest.raises(StudyError, match="class 'c' has 0 in test"):
            splits.make_split(rows, settings(["a", "b", "c"]), "t")

    def test_one_giant_unit_stays_whole_in_train(self):
        rows = split_rows({"a": 500, "b": 100}).assign(group=range(600))
        rows["patient_id"] = [f"p{i}" if i > 250 else "clinic" for i in range(600)]
        split = splits.make_split(rows, settings(["a", "b"]), "t").table
        assert set(split[split["patient_id"] == "clinic"]["part"]) == {"train"}
        assert abs((split["part"] == "test").mean() - 0.2) < 0.02


def test_units_are_chains_of_patients_and_groups():
    found = splits.units(pd.Series(list("aabbccd")), pd.Series([1, 2, 2, 3, 4, 5, 6]))
    assert len(set(found)) == 3
    assert len(set(found[:4])) == 1 and found[4] == found[5] != found[6]


class TestGivenSplit:
    def rows(self) -> pd.DataFrame:
        rows = pd.concat([split_rows({"a": 60, "b": 40}), split_rows({"a": 20, "b": 20}, "test")])
        return rows.assign(group=range(len(rows))).reset_index(drop=True)

    def test_test_reports_stay_and_validation_comes_from_train(self):
        split = splits.make_split(self.rows(), settings(["a", "b"], by="part"), "t").table
        assert (split["part"] == "test").sum() == 40
        assert (split["part"] == "validation").sum() == pytest.approx(14, abs=2)
        assert set(split[split["part"] == "test"]["report_id"].str[:4]) == {"test"}

    def test_a_given_validation_part_is_kept(self):
        rows = pd.concat([self.rows(), split_rows({"a": 9, "b": 3}, "validation")], ignore_index=True)
        rows["group"] = range(len(rows))
        split = splits.make_split(rows, settings(["a", "b"], by="part"), "t").table
        assert (split["part"] == "validation").sum() == 12

    def test_a_patient_on_two_sides_is_an_error(self):
        rows = self.rows()
        rows.loc[[0, 1, 110], "patient_id"] = "Jones-7"
        with pytest.raises(StudyError, match="1 patients .* two sides .*'Jones-7'.* by: random"):
            splits.make_split(rows, settings(["a", "b"], by="part"), "t")

    def test_copies_of_test_reports_leave_the_train_part(self):
        rows = self.rows()
        rows.loc[[3, 4, 110], "group"] = 999
        split = splits.make_split(rows, settings(["a", "b"], by="part"), "t")
        assert len(split.table) == 138
        assert rows.loc[110, "report_id"] in set(split.table["report_id"])
        assert split.dropped == {"near-duplicate in train of a report of a later part": 2}

    def test_other_words_and_empty_parts(self):
        rows = self.rows()
        with pytest.raises(StudyError, match="'dev'.*label_values"):
            splits.make_split(
                rows.assign(part=rows["part"].replace("test", "dev")), settings(["a", "b"], by="part"), "t"
            )
        rows.loc[5, "part"] = None
        with pytest.raises(StudyError, match="1 of 140 labelled reports have no value"):
            splits.make_split(rows, settings(["a", "b"], by="part"), "t")


class TestSplitByDate:
    rows = split_rows({"a": 120, "b": 80}).assign(group=range(200))
    rows["label"] = ["a" if i % 5 else "b" for i in range(200)]
    # Every patient has two reports: fifty patients both in 2021, forty one in each year, ten both in 2022.
    rows["received"] = [
        pd.Timestamp("2022-02-01" if i >= 180 or (i >= 100 and i % 2) else "2021-05-01") for i in range(200)
    ]

    def test_the_newest_are_the_test_part_and_earlier_ones_of_their_patients_are_left_out(self):
        split = splits.make_split(self.rows, settings(["a", "b"], by="received", test_from="2022-01-01"), "t")
        received = self.rows.set_index("report_id")["received"]
        test = split.table["part"] == "test"
        dates = split.table["report_id"].map(received)
        assert dates[test].min() >= pd.Timestamp("2022-01-01") > dates[~test].max()
        assert split.dropped == {"earlier report of a patient of the test part": 40}
        assert split.table.groupby("patient_id")["part"].nunique().max() == 1

    def test_a_day_that_leaves_one_side_empty(self):
        with pytest.raises(StudyError, match="before test_from.*2021-05-01 to 2022-02-01"):
            splits.make_split(self.rows, settings(["a", "b"], by="received", test_from="2030-01-01"), "t")

    def test_reports_without_a_date_are_left_out_and_counted(self):
        rows = self.rows.copy()
        rows.loc[[0, 1], "received"] = pd.NaT
        split = splits.make_split(rows, settings(["a", "b"], by="received", test_from="2022-01-01"), "t")
        assert split.dropped["no date of receipt"] == 2


class TestSplitByFacility:
    rows = split_rows({"a": 120, "b": 80}).assign(group=range(200))
    rows["facility"] = ["north" if i % 8 else "south" for i in range(200)]

    def test_named_facilities_are_the_test_part(self):
        split = splits.make_split(
            self.rows, settings(["a", "b"], by="facility", test_facilities=["south"]), "t"
        )
        facility = split.table["report_id"].map(self.rows.set_index("report_id")["facility"])
        assert ((split.table["part"] == "test") == (facility == "south")).all()
        assert split.dropped == {"report from elsewhere of a patient of the test part": 25}

    def test_an_unknown_facility(self):
        with pytest.raises(StudyError, match="'sout'; facilities: north, south"):
            splits.make_split(self.rows, settings(["a", "b"], by="facility", test_facilities=["sout"]), "t")


def test_the_leakage_check_finds_patients_and_groups_in_two_parts():
    rows = pd.DataFrame(
        {"patient_id": list("abcd"), "group": [0, 1, 2, 3], "part": ["train", "test", "train", "validation"]}
    )
    splits.check_no_leakage(rows)
    with pytest.raises(StudyError, match="1 patients have reports in two parts"):
        splits.check_no_leakage(rows.assign(patient_id=list("aacd")))
    with pytest.raises(StudyError, match="1 groups of near-duplicate reports"):
        splits.check_no_leakage(rows.assign(group=[0, 1, 2, 1]))


@given(
    st.lists(
        st.tuples(st.integers(0, 60), st.integers(0, 80), st.sampled_from("abc")), min_size=1, max_size=120
    ),
    st.integers(0, 3),
)
def test_any_split_holds_every_report_once_and_never_leaks(reports, seed):
    """Whatever patients and near-duplicate groups have to do with each other, units are dealt out whole."""
    rows = pd.DataFrame(reports, columns=["patient_id", "group", "label"])
    rows["unit"] = splits.units(rows["patient_id"], rows["group"])
    shares = {"train": 0.7, "validation": 0.1, "test": 0.2}
    rows["part"] = splits.deal(rows, shares, np.random.default_rng(seed))
    assert rows["part"].isin(shares).all()
    splits.check_no_leakage(rows)
    alone = rows.groupby("unit").size().max() == 1
    for _, part in rows.groupby("label")["part"]:
        if alone and len(part) >= 5:
            assert part.nunique() == 3
            assert abs((part == "test").sum() - 0.2 * len(part)) <= 1.5
