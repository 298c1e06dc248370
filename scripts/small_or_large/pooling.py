"""Pooling: how an encoder's token states become one vector a report."""

from typing import Any


def pool(states: Any, mask: Any, how: str) -> Any:
    """One vector a row.

    states: rows x tokens x width; mask: rows x tokens, 1 where there is a token; how: `mean` over the tokens (special
    ones included, as sentence encoders are trained) or the `first` token's. Returns rows x width.
    """
    if how == "first":
        return states[:, 0]
    weights = mask.unsqueeze(-1).to(states.dtype)
    return (states * weights).sum(dim=1) / weights.sum(dim=1)


def by_report(values: Any, report: Any, reports: int) -> Any:
    """Mean over the rows (chunks) of each report.

    values: rows x width; report: which of the `reports` reports each row belongs to. Returns reports x width.
    """
    import torch

    total = torch.zeros(reports, values.shape[1], dtype=values.dtype, device=values.device)
    total = total.index_add(0, report, values)
    return total / torch.bincount(report, minlength=reports).unsqueeze(1).to(values.dtype)
