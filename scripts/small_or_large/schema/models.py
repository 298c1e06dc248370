"""Models: where a checkpoint comes from, what it is pretrained on, and how it reads a report."""

from typing import Literal

from pydantic import Field, model_validator

from small_or_large.schema.base import Section


class CreateConfig(Section):
    """A model made from nothing: its architecture in Hugging Face's names and its tokenizer."""

    architecture: Literal["llama", "bert", "roberta", "megatron-bert", "modernbert"] = Field(
        description="Architecture, by its Hugging Face model type."
    )
    vocabulary: int = Field(
        default=4000, ge=300, description="Size of the tokenizer, trained on the `pretrain` sources."
    )
    hidden: int = Field(default=128, ge=8, description="Width of the hidden states.")
    layers: int = Field(default=2, ge=1, description="Number of layers.")
    heads: int = Field(default=2, ge=1, description="Number of attention heads.")
    positions: int = Field(default=512, ge=32, description="Longest sequence in tokens.")


class ModelPretrainConfig(Section):
    """What a model of this study is pretrained on; keys left out are taken from the study's `pretrain`."""

    sources: list[str] = Field(
        description="Sources whose text is read. Validation and test reports never are."
    )
    settings: dict[str, int | float | str | bool | None] = Field(
        default={}, description="Keys of the study's `pretrain` section that differ for this model."
    )


class ServerConfig(Section):
    """An OpenAI-compatible server that answers for a decoder."""

    url: str = Field(description="Base address, such as http://127.0.0.1:8000/v1.")
    model: str = Field(description="The model's name on that server.")
    allow_remote: bool = Field(
        default=False,
        description="Reports go to a loopback address only, unless this is true for the host in `url`.",
    )
    key_variable: str = Field(
        default="", description="Environment variable that holds the server's key; none is sent where empty."
    )


class AnswersConfig(Section):
    """Raw answers of an external model, read from a file and judged like any other run."""

    path: str = Field(description="File with one answer a row (csv, tsv, jsonl or parquet, gzipped or not).")
    address: str | None = Field(
        default=None, description="Where the file can be had; shown when it is missing."
    )
    model: str = Field(default="", description="Value of the `model` column to take; all rows where empty.")
    task: str = Field(description="The task that the answers are for.")
    key: str = Field(
        default="",
        description="Key of the JSON object that holds the answer; its only string value where empty.",
    )


class ModelConfig(Section):
    """A competitor. `kind` says how it is run; the labels group it in questions and on the page."""

    kind: Literal["encoder", "decoder", "baseline", "external", "ensemble"] = Field(
        description="How the model is run."
    )
    title: str = Field(default="", description="What the page calls it; its name where empty.")
    family: str = Field(default="", description="Models that differ in pretraining only share a family.")
    pretraining: Literal["none", "generic", "adjacent", "domain"] = Field(
        default="generic",
        description="Text it was pretrained on: generic, adjacent (clinical, pathology), domain (this registry).",
    )
    stand_in: bool = Field(
        default=False,
        description="It stands in for a model that cannot be had: shown as such, never recommended.",
    )
    checkpoint: str | None = Field(
        default=None,
        description="Hub id, local folder, or package:<python package>/<folder> for weights in a package.",
    )
    revision: str | None = Field(default=None, description="Commit of a hub checkpoint, to pin it.")
    base: str | None = Field(default=None, description="Model of this study that pretraining starts from.")
    create: CreateConfig | None = Field(default=None, description="Make the model from nothing.")
    pretrain: ModelPretrainConfig | None = Field(default=None, description="Pretrain it in this study.")
    server: ServerConfig | None = Field(default=None, description="Ask a server instead of loading weights.")
    answers: AnswersConfig | None = Field(default=None, description="Take the answers of an external model.")
    members: list[str] = Field(
        default=[],
        description="What an ensemble averages: `<model>.<approach>` of runs of this study that give probabilities.",
    )
    pooling: Literal["mean", "first"] = Field(
        default="first",
        description="How token states become one vector: mean for sentence encoders, first ([CLS]) for others.",
    )
    max_tokens: int = Field(default=512, ge=16, description="Longest input in tokens, special ones included.")
    long_reports: Literal["head", "tail", "head_tail", "chunks"] = Field(
        default="head",
        description="What is read of a longer report: its head, its tail, both halves, or all of it in chunks.",
    )
    finetune: dict[str, int | float | str | bool | None] = Field(
        default={}, description="Keys of the study's `finetune` section that differ for this model."
    )
    baseline: dict[str, int | str | list[float]] = Field(
        default={}, description="Keys of the study's `baseline` section that differ for this model."
    )

    @model_validator(mode="after")
    def _one_origin(self) -> "ModelConfig":
        origins = [
            k for k in ("checkpoint", "base", "create", "server", "answers", "members") if getattr(self, k)
        ]
        allowed = {
            "encoder": {"checkpoint", "base", "create"},
            "decoder": {"checkpoint", "base", "create", "server"},
            "baseline": set(),
            "external": {"answers"},
            "ensemble": {"members"},
        }[self.kind]
        if self.kind == "baseline":
            if origins:
                raise ValueError(f"a baseline takes none of {', '.join(origins)}")
        elif len(origins) != 1 or origins[0] not in allowed:
            raise ValueError(
                f"kind {self.kind} needs exactly one of {', '.join(sorted(allowed))}; given: "
                f"{', '.join(origins) or 'none'}"
            )
        if (self.base or self.create) and not self.pretrain:
            raise ValueError("base and create need pretrain: {sources: [...]}")
        if self.kind == "ensemble" and len(set(self.members)) < 2:
            raise ValueError("an ensemble needs two members or more, each named once")
        if self.pretrain and not (self.base or self.create):
            raise ValueError("pretrain needs base (or create): the model that pretraining starts from")
        return self
