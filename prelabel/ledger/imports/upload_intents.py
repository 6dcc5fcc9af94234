"""Upload intents, recorded before each POST: after a lost answer they tell how long nothing may be posted.

After a failed import that did not tell which page is to blame, they also tell with how many others a page may be sent.
"""

from __future__ import annotations

from collections.abc import Sequence

from prelabel.ledger.pages import Claim
from prelabel.ledger.redis_state import RedisState, redis_errors

#: Longer than any upload takes that may still arrive.
_KEPT_S = 3600


class UploadIntents:
    """Intents in Redis, by page. All methods raise ServiceUnavailable when Redis does not answer."""

    def __init__(self, state: RedisState) -> None:
        self._state = state

    def record(self, claims: Sequence[Claim], now: float) -> None:
        """Record that the predictions of these pages are about to be sent. `now`: unix time in seconds."""
        self._set("intent", claims, now)

    def recorded(self, claims: Sequence[Claim]) -> dict[int, float]:
        """Return the unix time of each recorded intent by task id."""
        return {task_id: float(at) for task_id, at in self._get("intent", claims).items()}

    def forget(self, claims: Sequence[Claim]) -> None:
        """Forget intents whose outcome is known: the prediction is stored, or certainly not stored."""
        self._delete("intent", claims)

    def limit(self, claims: Sequence[Claim], most: int) -> None:
        """Send each of these pages in imports of at most `most` pages from now on."""
        self._set("import_limit", claims, most)

    def limits(self, claims: Sequence[Claim]) -> dict[int, int]:
        """Return the largest import in which a page may be sent, by task id; pages without a limit are left out."""
        return {task_id: int(most) for task_id, most in self._get("import_limit", claims).items()}

    def lift_limits(self, claims: Sequence[Claim]) -> None:
        """Forget the limits of pages whose predictions are stored."""
        self._delete("import_limit", claims)

    def _set(self, part: str, claims: Sequence[Claim], value: float) -> None:
        with redis_errors(), self._state.redis.pipeline(transaction=False) as pipe:
            for claim in claims:
                pipe.set(self._name(part, claim), value, ex=_KEPT_S)
            pipe.execute()

    def _get(self, part: str, claims: Sequence[Claim]) -> dict[int, bytes]:
        with redis_errors():
            values = self._state.redis.mget([self._name(part, claim) for claim in claims])
        return {claim.task_id: value for claim, value in zip(claims, values, strict=True) if value is not None}

    def _delete(self, part: str, claims: Sequence[Claim]) -> None:
        if claims:
            with redis_errors():
                self._state.redis.delete(*(self._name(part, claim) for claim in claims))

    def _name(self, part: str, claim: Claim) -> str:
        return self._state.name(part, claim.project_id, claim.task_id)
