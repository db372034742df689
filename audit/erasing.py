"""Take the contents of a case out of the history of changes, when the case itself is disposed of.

Who, when and what kind stay, and so does the seal: each blanked row keeps a digest of what was there (docs/audit.md).
"""

import json
from collections.abc import Mapping
from typing import Any

from django.db import connection, transaction

from audit.models import Act
from audit.record import Actor, record


@transaction.atomic
def erase(
    case_id: int,
    certificate: str,
    *,
    by: Actor,
    beside: Mapping[str, list[int]] | None = None,
    about: Any = None,
) -> int:
    """Blank what the history holds of a case, and of rows `beside` it, ids by table. How many rows of history that were.

    The last step of a disposal, in its transaction: removing the rows writes their contents down once more. That it was done is
    recorded first, under the certificate's number, without which the database refuses.
    """
    record("audit.erased", by=by, case_id=case_id, about=about, reference=certificate, act=Act.ERASE)
    with connection.cursor() as cursor:
        named = json.dumps({table: [str(pk) for pk in ids] for table, ids in (beside or {}).items()})
        cursor.execute("SELECT audit_erase(%s, %s, %s)", [case_id, certificate, named])
        return int(cursor.fetchone()[0])
