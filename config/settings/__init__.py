"""
Settings, all from the environment (12-factor), in one file for each kind of reader.

`SECRET_KEY_FILE` may name a file with the value of `SECRET_KEY`, and so for every setting. The comment behind a setting
that is read from the environment, or right above it, is for operators: `make docs` copies it into docs/operations.md.

`MODE` is `production` by default. `development` adds what is only for a developer's machine: a known secret, a local
Postgres, e-mails in files. There, the demo's payment provider is the default; in production it must be set by name, and
a warning at each start says that no money moves.

Must not go here: code other than settings and their checks.
"""

from config.settings.accounts import *
from config.settings.apps import *
from config.settings.base import *
from config.settings.data import *
from config.settings.http import *
from config.settings.messaging import *
from config.settings.observability import *
from config.settings.operators import *
from config.settings.shop import *
