"""Identifiers that no rule finds, by a linear model over words, their neighbours and what rules found beside them.

The model is a multinomial logistic regression on hashed features (token_features.py). Its weights (tagger.json) are
made by benchmarks/train_tagger.py from invented passages, their names drawn anew, against real text without marked
identifiers.
"""

from bisect import bisect_left, bisect_right
from pathlib import Path

import numpy as np
from presidio_analyzer import EntityRecognizer, RecognizerResult

from small_or_large.deidentification.cues import SHORT
from small_or_large.deidentification.people import TITLES
from small_or_large.deidentification.protected import EPONYM_AFTER
from small_or_large.deidentification.tagger_weights import read_weights
from small_or_large.deidentification.token_features import BITS, MARK, PROSE, TokenFeatures, labels_of
from small_or_large.deidentification.words import Tokens, tokens_of

WEIGHTS = Path(__file__).resolve().parent / "lexicons" / "tagger.json"
# how surely a token must identify: in a note or a letter, in a whole report, and where that is a scanner's rubbish
NEEDED, NEEDED_IN_REPORT, NEEDED_IN_RUBBISH = 0.4, 0.85, 0.97
# and in a report that identifies anyhow: where rules found more than FEW identifiers less is needed, with MANY least
FEW, MANY, NEEDED_AMONG_MANY, NEEDED_IN_THEIR_RUBBISH = 1, 4, 0.45, 0.6
JOINED = 0.05  # how surely one must that stands beside one that does
# of these a word is always a part; blocks and fractions have none
_WORDED = frozenset(("NAME", "CITY", "FACILITY", "ADDRESS"))
SUREST = 0.94  # a guess stays below what titles and labels announce, whatever the model's certainty
# a form's labels are made of these alone
_FORM_WORDS = frozenset(
    """health card no number home addr address city state province zip code hosp person race street town first last
    middle given bleep pager phone fax medicare medicaid id member medical record clinical center centre""".split()
)
_AT_ONCE = 2048  # tokens looked up together, so that memory does not grow with a report
# how surely a token identifies beside which prose is read, too, and so many tokens away
_LIKELY, _NEAR = 0.2, 3
_APART = 3  # characters between two tokens that may belong together


def _is_word(text: str) -> bool:
    """Whether a token has three letters, or is a short name such as Ng."""
    letters = sum(map(str.isalpha, text))
    return letters > 2 or letters == 2 == len(text) and text[0].isupper()


def _told(tokens: Tokens) -> float:
    """How much a report's rules tell that it identifies: 0 for a few findings or none, 1 for many."""
    count = sum(span.entity not in ("ID", "CODE") for span in tokens.found)
    return min(max(count - FEW, 0) / (MANY - FEW), 1.0)


class Tagger(EntityRecognizer):
    """The linear model as a recognizer. It reads the rules' findings from `Tokens.found`.

    A finding's score is the probability that it identifies, or below 0.5 where that is less than what is needed where
    it stands; those below `least_score` are left out.
    """

    def __init__(self, weights: Path = WEIGHTS, least_score: float = 0.5) -> None:
        self.least_score = least_score
        self._least_chance = NEEDED * min(1, 2 * least_score)  # below it no token reaches the least score
        self.classes, numbers, told, self.bias = read_weights(weights)
        self.rows = np.zeros(2**BITS, np.int32)  # row 0 is that of all features unknown to the model
        self.rows[numbers] = np.arange(1, len(numbers) + 1)
        self.weights = np.vstack([np.zeros(len(self.classes), np.float32), told])
        super().__init__(self.classes[1:], name="Tagger")

    def load(self) -> None:
        """Nothing: the weights are read beforehand, since they name the classes."""

    def probabilities(self, features: np.ndarray) -> np.ndarray:
        """Probability of each class, the first of which is "none", for tokens with these features, a row each."""
        count, each = features.shape
        weights = self.weights.take(self.rows.take(features.ravel()), axis=0).reshape(count, each, -1)
        # a product with ones is a sum, six times as fast
        sums = (np.ones((1, each), np.float32) @ weights)[:, 0] + self.bias
        powers = np.exp(sums - sums.max(axis=1, keepdims=True))
        return powers / powers.sum(axis=1, keepdims=True)

    def analyze(self, text: str, entities: list[str] | None = None, nlp_artifacts=None):
        """Spans that identify as RecognizerResult; the score is that of the surest token, 0.94 at most."""
        tokens = tokens_of(text, nlp_artifacts)
        labels = labels_of(tokens, tokens.found)
        chosen, chances = self._asked(TokenFeatures(tokens, labels), labels == 0, len(tokens) < SHORT)
        totals = chances.sum(axis=1)
        half = np.flatnonzero(totals >= min(JOINED, self._least_chance))
        sure = {chosen[k]: chance for k, chance in zip(half.tolist(), totals[half].tolist(), strict=True)}
        sure = {i: 0 if self._medicine(tokens, i, chance) else chance for i, chance in sure.items()}
        found, done, told = [], -1, _told(tokens)
        for i, chance in sure.items():
            if i <= done or self._score(tokens, i, chance, told) < self.least_score:
                continue
            start, stop = i, i
            while (step := self._beside(tokens, sure, start, -1)) > done and step != start:
                start = step
            while (step := self._beside(tokens, sure, stop, 1)) != stop:
                stop = step
            done = stop
            own = chances[bisect_left(chosen, start) : bisect_right(chosen, stop)]
            entity = self.classes[1 + int(own.sum(axis=0).argmax())]
            words = [tokens.words[k].plain for k in range(start, stop + 1) if _is_word(tokens.texts[k])]
            if entity in _WORDED and _FORM_WORDS.issuperset(words):
                continue
            if entities is None or entity in entities:
                score = self._score(tokens, i, float(own.sum(axis=1).max()), told)
                found.append(
                    RecognizerResult(entity, tokens.starts[start], tokens.ends[stop], round(score, 3))
                )
        return found

    def _asked(self, features: TokenFeatures, free: np.ndarray, short: bool) -> tuple[list[int], np.ndarray]:
        """The tokens that are asked for, of those in which no rule found anything, and their chances by entity.

        Of a whole report's prose only the common words that stand near a likely token are.
        """
        chosen = np.flatnonzero(free & (features.kinds != MARK if short else features.kinds == 0))
        chances = self._chances(features, chosen)
        if not short:
            near = np.zeros(len(free) + 2 * _NEAR, bool)
            for likely in chosen[chances.sum(axis=1) >= _LIKELY]:
                near[likely : likely + 2 * _NEAR + 1] = True
            more = np.flatnonzero(near[_NEAR:-_NEAR] & free & (features.kinds == PROSE))
            order = np.argsort(np.concatenate([chosen, more]))
            chances = np.concatenate([chances, self._chances(features, more)])[order]
            chosen = np.concatenate([chosen, more])[order]
        return chosen.tolist(), chances

    def _chances(self, features: TokenFeatures, chosen: np.ndarray) -> np.ndarray:
        """How likely each token is an identifier of each entity, a row each."""
        parts = [
            self.probabilities(features.of(chosen[k : k + _AT_ONCE]))[:, 1:]
            for k in range(0, len(chosen), _AT_ONCE)
        ]
        return np.concatenate([np.zeros((0, len(self.classes) - 1), np.float32), *parts])

    @staticmethod
    def _medicine(tokens: Tokens, i: int, chance: float) -> bool:
        """Whether an eponym at token i stands for a disease, a method or a structure and not for a person."""
        w, words, count = tokens.words[i], tokens.words, len(tokens)
        for step in (-1, 1):
            k = i + 2 * step
            if 0 <= k < count and tokens.texts[i + step] in "-/" and words[k].eponym:
                return True
        if not w.eponym:
            return False
        titled = i > 1 and (words[i - 1].plain in TITLES or words[i - 2].plain in TITLES)
        if tokens.texts[i].endswith(("'s", "’s")) and not titled:
            return True
        if any(words[k].plain in EPONYM_AFTER for k in range(i + 1, min(count, i + 4))):
            return True
        if sum(words[k].eponym for k in range(max(0, i - 6), min(count, i + 7))) >= 3:
            return True
        common = max(w.surname, w.given) == 3
        return chance < (0.75 if common else 0.93)

    @staticmethod
    def _score(tokens: Tokens, i: int, chance: float, told: float) -> float:
        """The score of a probability at token i: below 0.5 where it is less than what is needed there."""
        needed = NEEDED
        if len(tokens) >= SHORT:
            alone, among_many = (
                (NEEDED_IN_RUBBISH, NEEDED_IN_THEIR_RUBBISH)
                if tokens.rough(i)
                else (NEEDED_IN_REPORT, NEEDED_AMONG_MANY)
            )
            needed = alone + told * (among_many - alone)
        return chance / needed / 2 if chance < needed else min(max(chance, 0.5), SUREST)

    @staticmethod
    def _beside(tokens: Tokens, sure: dict[int, float], i: int, step: int) -> int:
        """The nearest token before or after i that belongs to the same identifier, or i where none does."""
        for k in (i + step, i + 2 * step, i + 3 * step):
            if not 0 <= k < len(tokens):
                return i
            between = tokens.text[tokens.ends[min(i, k)] : tokens.starts[max(i, k)]]
            if len(between) > _APART or "\n" in between:
                return i
            if sure.get(k, 0) >= JOINED:
                return k
            if tokens.words[k].shape != "mark":
                return i
        return i
