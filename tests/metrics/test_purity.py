"""The metrics stay pure: they work where there is no Prefect, no HTTP and no SQL."""

import subprocess
import sys

_IMPORT_ALL = """
import importlib, pkgutil, sys
for absent in ("prefect", "httpx", "sqlalchemy", "sqlmodel", "slack_sdk", "storage", "flows"):
    sys.modules[absent] = None
import tasks.metrics
for module in pkgutil.iter_modules(tasks.metrics.__path__, "tasks.metrics."):
    importlib.import_module(module.name)
print(len([name for name in sys.modules if name.startswith("tasks.metrics.")]))
"""
"""`None` in `sys.modules` is an ImportError for whoever imports it. (That a module is not loaded cannot be asked
of SQLAlchemy: dataframely loads it by itself wherever it is installed.)"""


def test_metrics_import_where_nothing_else_is_installed() -> None:
    """Every metric imports in a fresh interpreter from which all that a pure room must not need was taken."""
    done = subprocess.run([sys.executable, "-c", _IMPORT_ALL], capture_output=True, text=True, check=False)
    assert done.stderr == ""
    assert int(done.stdout) >= 8
