"""Files from outside: what they may be called, what they may hold, and how they are marked when they leave.

Nothing in here knows of cases. A file is judged by what it holds, and its name only has to agree.
"""

from mappa.files.contents import KINDS, Kind, kind_of
from mappa.files.names import safe_name
from mappa.files.refusals import refuse

__all__ = ["KINDS", "Kind", "kind_of", "refuse", "safe_name"]
