"""Time limits of tasks: every task ends before Redis delivers its message again."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from prelabel.settings import LONGEST_TASK_S, UPLOAD_TIMEOUTS, Settings
from tasks.app import TIME_LIMIT_GRACE_S, VISIBILITY_TIMEOUT_S, app


@pytest.mark.parametrize("name", ["ocr_time_limit", "extract_time_limit", "http_timeout"])
def test_a_limit_beyond_the_visibility_timeout_is_refused(name: str) -> None:
    times = UPLOAD_TIMEOUTS if name == "http_timeout" else 1
    longest: dict[str, Any] = {name: LONGEST_TASK_S / times}
    assert times * getattr(Settings(_env_file=None, **longest), name) + TIME_LIMIT_GRACE_S < VISIBILITY_TIMEOUT_S
    with pytest.raises(ValidationError, match=name):
        Settings(_env_file=None, **{name: longest[name] + 1})


def test_messages_are_acknowledged_late_one_at_a_time_and_lost_workers_bring_them_back() -> None:
    conf = app.conf
    assert conf.broker_transport_options["visibility_timeout"] == VISIBILITY_TIMEOUT_S
    assert (conf.task_acks_late, conf.task_retry_on_worker_lost, conf.worker_prefetch_multiplier) == (True, True, 1)
    assert (
        conf.task_annotations["prelabel.ocr"]["time_limit"] > conf.task_annotations["prelabel.ocr"]["soft_time_limit"]
    )
