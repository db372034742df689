"""How much of the matrix is asked. The suite asks one page of each table, for some people, by GET; the whole of it:

    MATRIX=all python3 -m running exec -- pytest -q -s tests/matrix

and `MATRIX=reads` the same by GET alone, which is where words leak. Both print how many cells each situation has.
"""

import os
import sys
from collections import Counter

from tests.matrix.situations import SITUATIONS, another_area, own, shared
from tests.test_routes import CAST

EVERYTHING = os.environ.get("MATRIX") in {"all", "reads"}
METHODS = ("get", "post", "put", "patch", "delete") if os.environ.get("MATRIX") == "all" else ("get",)
NO_PAGES = {"put", "patch", "delete"}  # no page takes them, whatever is between
# Those who might see the case, where the walk over all routes does not go.
ASKED = CAST if EVERYTHING else ["coordinator", "practitioner", "area_officer", "outsider", "housing", "victim_liaison"]
WALKED = SITUATIONS if EVERYTHING else [each for each in SITUATIONS if each not in {own, shared, another_area}]


def methods_of_pages(situation):
    """What no page takes is asked once."""
    return METHODS if situation is own else [method for method in METHODS if method not in NO_PAGES]


def tell(situation, cells, surprises):
    """How many cells there were; and the kinds of surprises, the most frequent first, with one of each."""
    sys.stdout.write(f"\n{situation.__name__}: {cells} cells, {len(surprises)} surprises\n")
    kinds = Counter((method, found) for _path, _person, method, found, _wanted in surprises)
    for kind, number in kinds.most_common(8):
        one = next(surprise for surprise in surprises if surprise[2:4] == kind)
        sys.stdout.write(f"  {number} like {one}\n")
