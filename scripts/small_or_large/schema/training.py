"""Settings of tokenization, pretraining, finetuning and the other approaches."""

from typing import Literal

from pydantic import Field

from small_or_large.schema.base import Section

Precision = Literal["auto", "float32", "bf16", "fp16"]


class PretrainConfig(Section):
    """Further pretraining: masked language modelling for encoders, next-token prediction for decoders."""

    block: int = Field(default=256, ge=16, description="Tokens in a packed sequence.")
    batch: int = Field(default=16, ge=1, description="Sequences in an optimizer step, over all processes.")
    tokens: int = Field(
        default=500_000,
        ge=1,
        description="Training tokens to read in all; text is repeated where it is less.",
    )
    learning_rate: float = Field(default=5e-5, gt=0, description="Peak learning rate.")
    head_warmup: float = Field(
        default=0.0,
        ge=0,
        lt=1,
        description="Share of the steps in which only a fresh masked-LM head is trained, the encoder frozen.",
    )
    head_learning_rate: float = Field(default=1e-3, gt=0, description="Learning rate of the head warm-up.")
    warmup: float = Field(default=0.06, ge=0, lt=1, description="Share of steps of linear warm-up.")
    weight_decay: float = Field(default=0.01, ge=0, description="Weight decay of AdamW.")
    masking: float = Field(default=0.3, gt=0, lt=1, description="Share of tokens masked in training.")
    evaluations: int = Field(default=4, ge=1, description="How often the held-out loss is measured.")
    held_out: float = Field(
        default=0.02, gt=0, lt=0.5, description="Share of patients held out for the loss."
    )
    checkpoints: int = Field(default=4, ge=1, description="How often the state is saved to resume from.")
    precision: Precision = Field(default="auto", description="auto: bf16 where the device is fast in it.")
    seed: int = Field(default=0, ge=0, description="Seed of shuffling and masking.")


class FinetuneConfig(Section):
    """Supervised finetuning of an encoder with a classification head."""

    epochs: float = Field(default=5, gt=0, description="Most passes over the train part.")
    batch: int = Field(default=16, ge=1, description="Reports in an optimizer step.")
    learning_rate: float = Field(default=5e-5, gt=0, description="Peak learning rate.")
    head_learning_rate: float | None = Field(
        default=None, description="Learning rate of the fresh head; the encoder's where null."
    )
    head: Literal["fresh", "probe"] = Field(
        default="fresh",
        description="What the head begins as: random weights, or those of a probe on the encoder as it is "
        "(linear probing, then finetuning).",
    )
    warmup: float = Field(default=0.1, ge=0, lt=1, description="Share of steps of linear warm-up.")
    weight_decay: float = Field(default=0.01, ge=0, description="Weight decay of AdamW.")
    class_weights: Literal["none", "balanced", "sqrt"] = Field(
        default="none",
        description="Weight of a class in the loss: none, balanced (inverse frequency) or its square root.",
    )
    frozen_layers: int = Field(
        default=0, ge=0, description="Embeddings and that many lower layers stay as pretrained (0: none)."
    )
    frozen_states_mib: int = Field(
        default=2000,
        ge=0,
        description="Memory in MiB for what frozen layers make of the training and validation reports. Kept, it is "
        "made once a run; where it takes more, it is made anew in every epoch.",
    )
    dropout: float | None = Field(
        default=None,
        ge=0,
        lt=1,
        description="Dropout of encoder and head; the checkpoint's where null. On a CPU 0 saves a fifth of the time.",
    )
    evaluations_per_epoch: int = Field(
        default=1, ge=1, description="How often validation macro-F1 is measured (and the state saved)."
    )
    patience: int = Field(
        default=2, ge=1, description="Evaluations without a better validation macro-F1 before it stops."
    )
    precision: Precision = Field(default="auto", description="auto: bf16 where the device is fast in it.")
    low_rank: int = Field(
        default=0, ge=0, description="Rank of LoRA adapters instead of all weights; 0: off."
    )


class ProbeConfig(Section):
    """Logistic regression on the frozen encoder's pooled vectors."""

    strengths: list[float] = Field(
        default=[0.1, 1.0, 10.0, 100.0],
        min_length=1,
        description="Inverse regularisation strengths tried; validation macro-F1 decides.",
    )
    class_weights: Literal["none", "balanced"] = Field(default="balanced", description="Weight of a class.")


class BaselineConfig(Section):
    """TF-IDF with a linear classifier."""

    classifier: Literal["logistic_regression", "linear_svm"] = Field(
        default="logistic_regression",
        description="Linear classifier, one class against the rest. The SVM wants smaller `strengths` "
        "(0.1 to 3).",
    )

    ngrams: int = Field(default=2, ge=1, le=3, description="Longest word n-gram.")
    characters: int = Field(
        default=0,
        ge=0,
        le=8,
        description="Longest n-gram of characters within words besides (from 3 on; 0: none). Reads over OCR slips, "
        "and takes ten times as long.",
    )
    least_documents: int = Field(default=2, ge=1, description="Fewest reports that an n-gram must occur in.")
    strengths: list[float] = Field(
        default=[1.0, 10.0, 100.0, 1000.0],
        min_length=1,
        description="Inverse regularisation strengths tried; validation macro-F1 decides.",
    )
    class_weights: Literal["none", "balanced"] = Field(default="balanced", description="Weight of a class.")


class InferenceConfig(Section):
    """How models are run over reports."""

    batch_tokens: int = Field(default=8192, ge=16, description="Tokens in a padded inference batch.")
    precision: Precision = Field(default="auto", description="auto: bf16 where the device is fast in it.")
    parts: list[Literal["validation", "test"]] = Field(
        default=["validation", "test"], min_length=1, description="Parts that every run predicts."
    )
    allowed_errors: float = Field(
        default=0.01,
        ge=0,
        le=1,
        description="Share of reports that may end in status error before a run fails.",
    )


class LLMConfig(Section):
    """How LLMs are asked."""

    max_new_tokens: int = Field(default=48, ge=1, description="Longest free-text answer in tokens.")
    temperature: float = Field(default=0.0, ge=0, description="0: greedy, the most probable answer.")
    max_report_tokens: int = Field(
        default=3000,
        ge=16,
        description="Longest report in the prompt; the rest is cut and the row `truncated`.",
    )
    concurrency: int = Field(default=8, ge=1, description="Requests under way at a server.")
    timeout: float = Field(default=120, gt=0, description="Seconds until a request to a server is given up.")
    retries: int = Field(default=3, ge=0, description="Times that a failed request is sent again.")
