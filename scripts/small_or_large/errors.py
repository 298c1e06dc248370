"""Errors that a user can mend."""


class StudyError(Exception):
    """Something in the study, its inputs or its models is wrong and the message says what, where and how to cure it.

    Commands print it as one `error: ...` and exit with status 2; it never carries report text.
    """
