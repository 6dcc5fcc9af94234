"""Entry point of `python -m prelabel.cli`, for processes that must not depend on a folder of programs."""

from __future__ import annotations

from prelabel.cli import main

if __name__ == "__main__":
    main()
