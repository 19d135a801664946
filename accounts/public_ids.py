"""Random short ids for URLs: they say nothing about order, number or content."""

import secrets

# No vowels (no words by accident), no 0/1/l (read aloud in class).
ALPHABET = "23456789bcdfghjkmnpqrstvwxz"


def public_id() -> str:
    """Return 12 random characters of `ALPHABET`: 57 bits, for objects that also need the right to be seen."""
    return "".join(secrets.choice(ALPHABET) for _ in range(12))


def short_id() -> str:
    """Return 6 random characters of `ALPHABET`, unique within one small parent such as a question's options."""
    return "".join(secrets.choice(ALPHABET) for _ in range(6))
