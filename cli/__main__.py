"""`python -m st_ad_cli` is `st-ad`."""

from __future__ import annotations

import sys

from .main import main

sys.exit(main())
