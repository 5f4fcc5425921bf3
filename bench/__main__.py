"""Run every measurement of this folder, or those that are named: ``python -m bench [formula …]``."""

import importlib
import pkgutil
import sys

import bench

_HELPERS = frozenset({"timing", "client", "setting", "handwritten", "servers", "processor"})


def main(wanted: list[str]) -> int:
    """Print one line a measurement; 1 when a budget is missed."""
    names = [info.name for info in pkgutil.iter_modules(bench.__path__) if not info.name.startswith("_")]
    missed = False
    print(f"{'measurement':<34} {'ours/hand-written':>18} {'budget':>8}")
    for name in wanted or sorted(set(names) - _HELPERS):
        for result in importlib.import_module(f"bench.{name}").measure():
            missed = missed or result.missed
            verdict = "missed" if result.missed else ""
            print(f"{result.name:<34} {result.ratio:>18.2f} {result.budget:>8.2f} {verdict:<6} {result.note}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
