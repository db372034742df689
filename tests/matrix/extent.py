"""How much of the matrix is asked. The suite asks one page of each table, for some people, by GET; the whole of it:

    MATRIX=all python3 -m running exec -- pytest -q -s tests/matrix

which prints how many cells each situation has.
"""

import os
import sys

from tests.matrix.situations import SITUATIONS, another_area, own, shared
from tests.test_routes import CAST

EVERYTHING = os.environ.get("MATRIX") == "all"
METHODS = ("get", "post", "put", "patch", "delete") if EVERYTHING else ("get",)
# Those who might see the case, where the walk over all routes does not go.
ASKED = CAST if EVERYTHING else ["coordinator", "practitioner", "area_officer", "outsider", "housing", "victim_liaison"]
WALKED = SITUATIONS if EVERYTHING else [each for each in SITUATIONS if each not in {own, shared, another_area}]


def tell(situation, cells, surprises):
    sys.stdout.write(f"\n{situation.__name__}: {cells} cells, {len(surprises)} surprises\n")
