"""Upload intents, recorded before each POST: after a lost answer they tell how long nothing may be posted."""

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
        with redis_errors(), self._state.redis.pipeline(transaction=False) as pipe:
            for claim in claims:
                pipe.set(self._name(claim), now, ex=_KEPT_S)
            pipe.execute()

    def recorded(self, claims: Sequence[Claim]) -> dict[int, float]:
        """Return the unix time of each recorded intent by task id."""
        with redis_errors():
            times = self._state.redis.mget([self._name(claim) for claim in claims])
        return {claim.task_id: float(at) for claim, at in zip(claims, times, strict=True) if at is not None}

    def forget(self, claims: Sequence[Claim]) -> None:
        """Forget intents whose outcome is known: the prediction is stored, or certainly not stored."""
        if claims:
            with redis_errors():
                self._state.redis.delete(*map(self._name, claims))

    def _name(self, claim: Claim) -> str:
        return self._state.name("intent", claim.project_id, claim.task_id)
