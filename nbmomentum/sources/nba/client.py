"""One small layer around nba_api: it waits, tries again, and tells what went wrong in the kit's own errors.

```python
from nba_api.stats.endpoints import PlayByPlayV3

answer = ask(PlayByPlayV3, game_id="0022400001")
answer.address, answer.payload["game"]["gameId"]
```

Calls of the stats feeds are 0.6 s apart, as the league tolerates. What may pass by itself (nothing answers, too many
calls, trouble of the server, half an answer) is tried again after a growing pause with jitter. With `use_league`, or
`NBMOMENTUM_STAND_IN` in the environment, every call goes to a stand-in league on this computer.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple, TypeVar

from nbmomentum import settings
from nbmomentum.errors import SourceError, SourceRefused, UnexpectedPayload
from nbmomentum.sources.nba.payloads import ADVICE
from nbmomentum.sources.nba.session import checking

SPACING_S: Final = 0.6
TIMEOUT_S: Final = 10.0
ATTEMPTS: Final = 3
FIRST_PAUSE_S: Final = 1.0
LONGEST_PAUSE_S: Final = 30.0

_TOO_MANY_REQUESTS: Final = 429

Parsed = TypeVar("Parsed")

_chosen: str | None = None


class Answer(NamedTuple):
    """What a feed answered.

    Attributes:
        address: Where it was asked.
        payload: The JSON object it sent.
    """

    address: str
    payload: dict[str, Any]

    def read(self, parse: Callable[[dict[str, Any]], Parsed]) -> Parsed:
        """What a parser makes of the payload.

        Raises:
            UnexpectedPayload: The parser cannot use it; the message names the address and the place.
        """
        try:
            return parse(self.payload)
        except UnexpectedPayload as error:
            raise UnexpectedPayload(f"{self.address} sent something else than it should. {error}") from error


class Spacing:
    """Keeps calls apart, whichever threads make them.

    Args:
        interval_s: At least so long between two of them.
    """

    def __init__(self, interval_s: float = SPACING_S) -> None:
        self._interval_s = interval_s
        self._lock = threading.Lock()
        self._free_at_s = float("-inf")

    def take_turn(self, *, now: Callable[[], float], sleep: Callable[[float], object]) -> None:
        """Take the next free turn, and sleep until it comes."""
        with self._lock:
            now_s = now()
            turn_s = max(now_s, self._free_at_s)
            self._free_at_s = turn_s + self._interval_s
        if turn_s > now_s:
            sleep(turn_s - now_s)


_stats_spacing = Spacing()


@dataclass(frozen=True)
class FeedClient:
    """How patiently the feeds are asked.

    Attributes:
        timeout_s: How long to wait for a connection, and for each part of an answer.
        attempts: How often to ask at most; 1 tries nothing again.
        now: The time in seconds; a test gives its own.
        sleep: How to pause for some seconds; a thread may give the `wait` of an event that ends the pause.
        spacing: Keeps calls of the stats feeds apart; all clients share one.
    """

    timeout_s: float = TIMEOUT_S
    attempts: int = ATTEMPTS
    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], object] = time.sleep
    spacing: Spacing = field(default=_stats_spacing, repr=False)

    def ask(self, endpoint: Callable[..., Any], **options: Any) -> Answer:
        """Run a class of nba_api and return what the feed sent.

        Args:
            endpoint: Such as `ScoreBoard` or `PlayByPlayV3` of nba_api.
            options: Its own, e.g. `game_id`.

        Raises:
            SourceUnavailable: Nothing answers, or not in time.
            SourceRefused: The status is no success; it is in the message and in `status`.
            UnexpectedPayload: The answer is no JSON, is empty, or lacks what nba_api looks for.
            SettingsError: The stand-in league that is set is none on this computer.
        """
        from tenacity import Retrying, retry_if_exception, stop_after_attempt, wait_exponential_jitter

        retrying = Retrying(
            stop=stop_after_attempt(self.attempts),
            wait=wait_exponential_jitter(initial=FIRST_PAUSE_S, max=LONGEST_PAUSE_S, jitter=FIRST_PAUSE_S),
            retry=retry_if_exception(may_pass),
            sleep=self._pause,
            reraise=True,
        )
        return retrying(self._ask_once, endpoint, options)

    def _ask_once(self, endpoint: Callable[..., Any], options: dict[str, Any]) -> Answer:
        with checking(league_address(), self._take_turn) as call:
            try:
                payload = endpoint(timeout=self.timeout_s, **options).get_dict()
            except (LookupError, TypeError, AttributeError, ValueError) as error:
                if call.address is None:  # nothing was asked: the caller's mistake
                    raise
                raise UnexpectedPayload(f"{call.address} sent something nba_api cannot read. {ADVICE}") from error
        return Answer(call.address or "", payload)

    def _pause(self, seconds: float) -> None:
        self.sleep(seconds)

    def _take_turn(self) -> None:
        self.spacing.take_turn(now=self.now, sleep=self.sleep)


DEFAULT_CLIENT: Final = FeedClient()


def ask(endpoint: Callable[..., Any], **options: Any) -> Answer:
    """Run a class of nba_api with the usual patience; see `FeedClient.ask`."""
    return DEFAULT_CLIENT.ask(endpoint, **options)


def may_pass(error: BaseException) -> bool:
    """Whether to ask again may bring something else: not where the league said no."""
    if isinstance(error, SourceRefused):
        return error.status == _TOO_MANY_REQUESTS or error.status >= 500
    return isinstance(error, SourceError)


def use_league(address: str | None) -> None:
    """Send every call to a stand-in league on this computer, from now on in this process; None asks the NBA again.

    Args:
        address: Such as "http://127.0.0.1:8123".

    Raises:
        SettingsError: It is no such address, or on another computer.
    """
    global _chosen
    _chosen = None if address is None else settings.checked_league(address, "The stand-in league's address")


def source_name() -> str:
    """Whose data it is, to be shown with it: the NBA's, or a stand-in league's that nobody takes for it."""
    return "NBA.com" if league_address() is None else "the stand-in league"


def credit() -> str:
    """The line that goes with fetched data."""
    terms = "for private, non-commercial use" if league_address() is None else "made up or long over, not the NBA's"
    return f"Data: {source_name()}, {terms}."


def league_address() -> str | None:
    """The stand-in league in use: that of `use_league`, else of `NBMOMENTUM_STAND_IN`; None is the NBA itself.

    Raises:
        SettingsError: The variable is no address on this computer.
    """
    return _chosen or settings.stand_in_league()
