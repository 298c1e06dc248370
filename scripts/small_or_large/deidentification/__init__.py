"""The de-identification gate: what identifies a person is taken out of a report before any model sees it."""

import sys

# presidio imports torch and transformers where they are installed, for language models that the gate does not use:
# four seconds of every job. It is imported here first, as in an environment without them.
_hidden = {name: None for name in ("torch", "transformers") if name not in sys.modules}
sys.modules.update(_hidden)
try:
    import presidio_analyzer  # noqa: F401
finally:
    for _name in _hidden:
        del sys.modules[_name]
