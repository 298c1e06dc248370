"""A transformers token-classification checkpoint as one more recognizer of the gate."""

from presidio_analyzer import EntityRecognizer, RecognizerResult

from small_or_large.deidentification.entities import ENTITIES
from small_or_large.errors import StudyError

# Windows of characters: every checkpoint's limit in tokens is above what this many characters make, and an
# identifier cut at one window's edge stands whole in the next.
WINDOW, STEP = 1000, 800


class TransformersRecognizer(EntityRecognizer):
    """Findings of a checkpoint; `labels` maps its labels (without B-/I-) to the gate's entities."""

    def __init__(self, model: str, labels: dict[str, str]) -> None:
        self.model, self.labels = model, {e: e for e in ENTITIES} | labels
        self.pipeline = None
        super().__init__(sorted(set(self.labels.values())), name="TransformersRecognizer")
        if not set(self.labels) & self._own_labels():
            raise StudyError(
                f"deidentify.transformers_model: {model} has labels {sorted(self._own_labels())}; say in "
                "deidentify.transformers_labels which entities they are"
            )

    def _own_labels(self) -> set[str]:
        return {label.split("-", 1)[-1] for label in self.pipeline.model.config.id2label.values()}

    def load(self) -> None:
        """Load the checkpoint (safetensors, no remote code)."""
        try:
            from transformers import AutoModelForTokenClassification, AutoTokenizer, pipeline
        except ImportError:
            raise StudyError(
                "deidentify.transformers_model needs the packages torch and transformers, which this environment "
                "does not have: install requirements.txt, or make the environment envs/gate-model.yaml"
            ) from None

        try:
            network = AutoModelForTokenClassification.from_pretrained(
                self.model, use_safetensors=True, trust_remote_code=False
            )
            tokenizer = AutoTokenizer.from_pretrained(self.model, trust_remote_code=False)
        except (OSError, ValueError) as error:
            raise StudyError(
                f"deidentify.transformers_model: {self.model} cannot be loaded: {error}"
            ) from None
        if not tokenizer.is_fast:
            raise StudyError(
                f"deidentify.transformers_model: {self.model} has no fast tokenizer, which offsets need"
            )
        self.pipeline = pipeline(
            "token-classification",
            model=network,
            tokenizer=tokenizer,
            aggregation_strategy="simple",
            device="cpu",
        )

    def analyze(self, text: str, entities: list[str] | None = None, nlp_artifacts=None):
        """Spans that the checkpoint finds in `text`, as RecognizerResult."""
        starts = list(range(0, max(len(text) - (WINDOW - STEP), 1), STEP))
        found = []
        for start, results in zip(starts, self.pipeline([text[s : s + WINDOW] for s in starts]), strict=True):
            for result in results:
                entity = self.labels.get(result["entity_group"])
                if entity and (entities is None or entity in entities):
                    found.append(
                        RecognizerResult(
                            entity, start + result["start"], start + result["end"], float(result["score"])
                        )
                    )
        return found
