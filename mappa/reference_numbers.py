"""References such as MA-7Q2F-K9XD: they name things in URLs, mail and logs, and say nothing."""

import re
import secrets

# No I, L, O, U, 0 or 1: they are misread on paper and over the telephone.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
FORM = re.compile(f"[A-Z]{{2}}(-[{ALPHABET}]{{4}}){{2}}")


def new_reference(prefix: str) -> str:
    """A random reference `PP-XXXX-XXXX`: 30^8 of them, so that none can be guessed from another."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(8))
    return f"{prefix}-{body[:4]}-{body[4:]}"


def reference_in(typed: str) -> str:
    """What somebody typed where a reference belongs, if it looks like one; anything else may be a name, and is nothing."""
    return typed if FORM.fullmatch(typed) else ""
