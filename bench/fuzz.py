"""The fuzz of tests/fuzz, at length: malformed requests to every page and every operation of the API.

    python3 -m running exec -- python -m bench.fuzz --requests 10000 [--seed 1]

Half of them go to the pages and half to the API. Prints how each was answered; ends with 1 when any ended in a fault of ours,
with the request that did.
"""

import argparse
import os
import subprocess
import sys


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--requests", type=int, default=10_000)
    asked.add_argument("--seed", type=int, default=1)
    given = asked.parse_args()
    told = {"FUZZ_REQUESTS": str(given.requests // 2), "FUZZ_SEED": str(given.seed)}
    # What the service logs goes to stderr, and here there are ten thousand lines of it.
    command = [sys.executable, "-m", "pytest", "-q", "-s", "-p", "no:randomly", "tests/fuzz"]
    return subprocess.run(command, env=os.environ | told, stderr=subprocess.DEVNULL, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
