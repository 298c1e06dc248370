"""The text that a model may be pretrained on: no validation or test report of any task, nor anything close to one.

Left out are the reports in the validation or test part of any task's split, all other reports of their patients, and
all reports in the same near-duplicate group as one of them.
"""

import numpy as np
import pandas as pd

from small_or_large import tables
from small_or_large.errors import StudyError


def read(reports: str, splits: list[str], duplicates: str, sources: list[str]) -> pd.DataFrame:
    """The reports of some sources that may be read in pretraining: report_id, patient_id, group.

    reports, splits, duplicates: files of the study. Raises StudyError where nothing is left to read.
    """
    table = tables.read_reports(reports, ["report_id", "patient_id", "source"])
    rows = eligible(
        table,
        [tables.read_split(split) for split in splits],
        pd.read_parquet(duplicates, columns=["report_id", "group"]),
        sources,
    )
    if rows.empty:
        raise StudyError(
            f"{reports}: no report of {', '.join(sources)} may be read in pretraining: "
            f"{int(table['source'].isin(sources).sum())} are of these sources, and all of them are validation or "
            "test reports or close to one. Add a source of unlabelled reports under models.<model>.pretrain.sources"
        )
    return rows


def eligible(
    reports: pd.DataFrame, splits: list[pd.DataFrame], duplicates: pd.DataFrame, sources: list[str]
) -> pd.DataFrame:
    """Reports of these sources that are far from every validation and test report.

    reports: report_id, patient_id, source of all reports; splits: the split of every task; duplicates: report_id,
    group. Returns report_id, patient_id, group by report_id, so that the order in which text is read does not hang on
    how many shards it came in; a report in no group is one of its own.
    """
    group = reports["report_id"].map(duplicates.set_index("report_id")["group"])
    reports = reports.assign(
        group=group.astype("object").where(group.notna(), "alone:" + reports["report_id"])
    )
    judged: set[str] = set()
    for split in splits:
        judged.update(split.loc[split["part"] != "train", "report_id"])
    away = reports["report_id"].isin(judged)
    near = (
        away
        | reports["patient_id"].isin(set(reports.loc[away, "patient_id"]))
        | reports["group"].isin(set(reports.loc[away, "group"]))
    )
    kept = reports[~near & reports["source"].isin(sources)]
    return kept[["report_id", "patient_id", "group"]].sort_values("report_id", ignore_index=True)


def hold_out(rows: pd.DataFrame, share: float, seed: int) -> tuple[list[str], list[str]]:
    """Report ids to train on, and those held out to measure the loss on.

    A share of the patients, one at least, is held out; reports that near-duplicate one of theirs are neither trained
    on nor measured. StudyError where nothing is left to train on.
    """
    patients = np.sort(rows["patient_id"].unique())
    count = max(1, round(share * len(patients)))
    chosen = np.random.default_rng([seed, 0x4E]).choice(
        patients, size=min(count, len(patients)), replace=False
    )
    held = rows["patient_id"].isin(chosen)
    close = rows["group"].isin(set(rows.loc[held, "group"]))
    train = rows.loc[~held & ~close, "report_id"].tolist()
    if not train:
        raise StudyError(
            f"{len(rows)} reports of {len(patients)} patients may be read in pretraining, too few to hold some out; "
            "add a source of unlabelled reports under models.<model>.pretrain.sources"
        )
    return train, rows.loc[held, "report_id"].tolist()
