"""Discord's rate limits: a bucket for each route and place, and the global limit of fifty requests a second."""

import hashlib
from collections import deque
from dataclasses import dataclass, field

from tests.fakes.discord.clock import Clock

UNBOUND = ("POST /interactions/{interaction}/{token}/callback", "{application}/{token}")
BUCKETS = {
    "POST /channels/{channel}/messages": (5, 5.0),
    "PATCH /channels/{channel}/messages/{message}": (5, 5.0),
    "DELETE /channels/{channel}/messages/{message}": (5, 1.0),
    "GET /channels/{channel}/messages": (5, 5.0),
    "PUT /channels/{channel}/messages/{message}/reactions/{emoji}/@me": (1, 0.25),
    "DELETE /channels/{channel}/messages/{message}/reactions/{emoji}/@me": (1, 0.25),
    "POST /channels/{channel}/typing": (5, 5.0),
    "POST /channels/{channel}/threads": (10, 10.0),
    "POST /channels/{channel}/messages/{message}/threads": (10, 10.0),
    "PATCH /channels/{channel}": (5, 5.0),
    "POST /webhooks/{application}/{token}": (5, 2.0),
    "PATCH /webhooks/{application}/{token}/messages/{message}": (5, 2.0),
}
ORDINARY = (50, 10.0)


@dataclass(slots=True)
class Bucket:
    """So many requests within so many seconds, counted from the first one."""

    hash: str
    limit: int
    window: float
    used: int = 0
    resets: float = 0.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the limits say to one request: the headers of its reply, and how long to wait if it is refused."""

    headers: dict[str, str]
    wait: float | None = None
    is_global: bool = False


@dataclass(slots=True)
class Limits:
    """All the limits; ``wide`` lets through what a load run sends, with the same headers.

    Attributes:
        refusals: How many 401, 403 and 429 there were: ten thousand in ten minutes and Discord bans the address.
    """

    clock: Clock
    wide: bool = False
    per_second: int = 50
    refusals: int = 0
    buckets: dict[tuple[str, str], Bucket] = field(default_factory=dict)
    recent: deque[float] = field(default_factory=deque)

    def ask(self, route: str, place: str) -> Verdict:
        """Count a request to *route* (method and path) at *place* (the channel, server or webhook)."""
        now = self.clock.now()
        if not self.wide and self._over_global(route, now):
            wait = round(1.0 - (now - self.recent[0]), 3)
            return Verdict({"X-RateLimit-Global": "true", "X-RateLimit-Scope": "global"}, wait, is_global=True)
        bucket = self._bucket(route, place, now)
        refused = bucket.used >= bucket.limit
        bucket.used += not refused
        left = max(bucket.resets - now, 0.001)
        headers = {
            "X-RateLimit-Limit": str(bucket.limit),
            "X-RateLimit-Remaining": str(bucket.limit - bucket.used),
            "X-RateLimit-Reset": f"{bucket.resets:.3f}",
            "X-RateLimit-Reset-After": f"{left:.3f}",
            "X-RateLimit-Bucket": bucket.hash,
        }
        if refused:
            return Verdict(headers | {"X-RateLimit-Scope": "user"}, round(left, 3))
        return Verdict(headers)

    def _over_global(self, route: str, now: float) -> bool:
        if any(part in route for part in UNBOUND):
            return False
        while self.recent and now - self.recent[0] >= 1.0:
            self.recent.popleft()
        if len(self.recent) >= self.per_second:
            return True
        self.recent.append(now)
        return False

    def _bucket(self, route: str, place: str, now: float) -> Bucket:
        limit, window = BUCKETS.get(route, ORDINARY)
        limit = 1_000_000 if self.wide else limit
        name = hashlib.sha256(route.encode()).hexdigest()[:32]
        bucket = self.buckets.setdefault((route, place), Bucket(name, limit, window))
        bucket.limit = limit
        if now >= bucket.resets:
            bucket.used, bucket.resets = 0, now + window
        return bucket
