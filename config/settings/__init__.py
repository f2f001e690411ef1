"""
Settings, all from the environment (12-factor), one file for each kind of reader.

`SECRET_KEY_FILE` may name a file instead of `SECRET_KEY`, and so for every setting. The comment behind a setting that
is read from the environment, or right above it, is for operators: `make docs` copies it into docs/operations.md.

`MODE` is `production` unless it is set. What suits a newcomer's machine alone (a known secret, a local Postgres,
e-mails in files) exists in `development` only. The demo's payment provider is the default there; in production it must
be asked for by name, and a warning at each start says that no money moves.
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
