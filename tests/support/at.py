"""Run a module as if another moment had come: `python -m tests.support.at MOMENT MODULE ARG…`.

The clock is the one thing the browser journey mocks, in its own process and in the worker's.
"""

import runpy
import sys

import time_machine

if __name__ == "__main__":
    moment, module = sys.argv[1:3]
    sys.argv = sys.argv[2:]
    time_machine.travel(moment, tick=True).start()
    runpy.run_module(module, run_name="__main__", alter_sys=True)
