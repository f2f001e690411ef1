"""The settings of a web server that a test starts: the demo's, on that test's database and with its own mail folder."""

import os
from pathlib import Path

from config.settings import *  # noqa: F403

EMAIL_FILE_PATH = Path(os.environ["EMAIL_FILE_PATH"])
