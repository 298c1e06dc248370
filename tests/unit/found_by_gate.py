"""How a test of the gate asks whether an identifier was found."""


def covered(gate, text: str, value: str) -> bool:
    """Whether every letter and digit of `value` lies in a finding."""
    start = text.index(value)
    inside = {i for s in gate.find(text) for i in range(s.start, s.end)}
    return all(i in inside for i in range(start, start + len(value)) if text[i].isalnum())
