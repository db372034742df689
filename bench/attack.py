"""The attack of tests/attack, at length: random sequences of what people may do, each compared with the small model.

    python3 -m running exec -- python -m bench.attack --sequences 10000 [--seed 1] [--length 8]

Everybody's sight is compared after each step. Most steps are such as the model allows; some are not. Prints how many steps were
done and refused, and stops at the first surprise with the steps that lead to it.
"""

import argparse
import logging
import os
import random
import sys
from time import perf_counter

import django


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--sequences", type=int, default=200)
    asked.add_argument("--length", type=int, default=8)
    asked.add_argument("--seed", type=int, default=1)
    given = asked.parse_args()

    from tests import databases

    name = f"mappa_test_{os.getpid()}"
    databases.make(name)
    try:
        return attack(name, given)
    finally:
        from django.db import connections

        connections["default"].close()
        databases.drop(name)


def attack(name: str, given: argparse.Namespace) -> int:
    """Every sequence in the same world, which is as new for each."""
    django.setup()
    from django.db import connections

    connections["default"].settings_dict["NAME"] = name
    as_in_tests()
    from tests.attack import steps as attacking

    chance = random.Random(given.seed)
    done = refused = 0
    began = perf_counter()
    with attacking.a_world() as world:
        for number in range(1, given.sequences + 1):
            length = chance.randint(1, given.length)
            steps = [tuple(chance.randrange(840) for _each in range(4)) for _step in range(length)]
            try:
                with attacking.as_new(world) as again:
                    attacking.attack(again, steps, likely=True)
            except attacking.Surprise as surprise:
                print(f"sequence {number} of seed {given.seed}: {surprise}\n{steps}")
                return 1
            done, refused = done + again.done, refused + again.refused
            if number % 50 == 0:
                print(f"{number} sequences, {so_far(done, refused, began)}", flush=True)
    print(f"{given.sequences} sequences, {so_far(done, refused, began)}, 0 surprises")
    return 0


def so_far(done: int, refused: int, began: float) -> str:
    return f"{done} steps done, {refused} refused, {perf_counter() - began:.0f} s"


def as_in_tests() -> None:
    """Pages are asked for by the test client: without TLS, and without collected files."""
    from django.conf import settings
    from django.test.utils import setup_test_environment

    setup_test_environment()
    logging.disable(logging.WARNING)  # or each page that is not there says so
    settings.SECURE_SSL_REDIRECT = False
    settings.WHITENOISE_AUTOREFRESH = True  # or each browser lists every static file anew
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = settings.STORAGES | {"staticfiles": plain}


if __name__ == "__main__":
    sys.exit(main())
