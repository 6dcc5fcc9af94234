"""Arguments and options that many commands have in common."""

from __future__ import annotations

import click

project_argument = click.argument("project", type=click.IntRange(1))
json_option = click.option("--json", "as_json", is_flag=True, help="Write JSON, one object per line.")
