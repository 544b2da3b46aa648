"""What stands between nba_api and the network: it looks at the status and the body, which nba_api does not.

nba_api takes any object with a `get` like that of requests, one for the whole process. `Gate` is that object: a call
that goes through `client.ask` is checked, and sent to the stand-in league if one is in use; any other use of nba_api
in the same process passes through as if it were not there.
"""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final
from urllib.parse import urlencode, urlsplit, urlunsplit

from nbmomentum.errors import SourceRefused, SourceUnavailable, UnexpectedPayload

STATS_HOST: Final = "stats.nba.com"

OFFLINE: Final = "Check the network, or replay a recorded game: `nbmomentum games` lists those on this computer."
_LATER: Final = "Wait a few minutes and try again, or replay a recorded game."
_ADVICE_OF_STATUS: Final = {
    403: "The league refuses many cloud and school networks, and has no file before a game begins. "
    "Try from another network, or replay a recorded game.",
    404: "There is no such game, or it has not begun. Check its id, or replay a recorded game.",
    429: f"This network asked too often. {_LATER}",
}
_THEIR_TROUBLE: Final = f"The league's server has trouble of its own. {_LATER}"
_UPGRADE: Final = "Try again; if it stays so, `pip install --upgrade nba_api`, or replay a recorded game."
_TELLING_PARAMETERS: Final = ("GameID", "GameDate", "Season", "DateTo")

_this_thread = threading.local()
_install_lock = threading.Lock()


class Call:
    """One call of `client.ask` that is under way.

    Args:
        league: The address of the stand-in league, None for the real one.
        take_turn: Called before each request to the stats feeds, to keep them apart.
    """

    def __init__(self, league: str | None, take_turn: Callable[[], None]) -> None:
        self.league = league
        self.take_turn = take_turn
        self.address: str | None = None
        """Where it asked, with the parameters that tell one call from another; None before it did."""


class Gate:
    """The session object that nba_api is given.

    Args:
        session: The one nba_api had before, if any.
    """

    def __init__(self, session: Any = None) -> None:
        self._session = session

    def get(self, url: str, **options: Any) -> Any:
        """Answer nba_api, or raise what is wrong with the answer.

        Raises:
            SourceUnavailable: Nothing answered, or not in time.
            SourceRefused: The status is no success.
            UnexpectedPayload: The body is no JSON object with something in it.
        """
        call: Call | None = getattr(_this_thread, "call", None)
        if call is None:
            return self._ask(url, options)
        if urlsplit(url).hostname == STATS_HOST:
            call.take_turn()
        if call.league:
            url = _moved(url, call.league)
        call.address = address = _telling(url, options.get("params"))
        with _explaining(address, options.get("timeout")):
            response = _ask_stand_in(url, options) if call.league else self._ask(url, options)
        _check_status(address, response.status_code)
        _check_body(address, response.text)
        return response

    def _ask(self, url: str, options: dict[str, Any]) -> Any:
        if self._session is not None:
            return self._session.get(url=url, **options)
        import requests

        with requests.Session() as session:
            return session.get(url=url, **options)


@contextmanager
def checking(league: str | None, take_turn: Callable[[], None]) -> Iterator[Call]:
    """Check what this thread asks nba_api inside the block."""
    _install()
    _this_thread.call = call = Call(league, take_turn)
    try:
        yield call
    finally:
        _this_thread.call = None


def _install() -> None:
    """Put a gate before the session of nba_api, whichever it is now."""
    from nba_api.library.http import NBAHTTP
    from nba_api.live.nba.library.http import NBALiveHTTP
    from nba_api.stats.library.http import NBAStatsHTTP

    with _install_lock:
        for http in (NBALiveHTTP, NBAStatsHTTP):
            if not isinstance(http._session, Gate):
                owner = http if "_session" in vars(http) else NBAHTTP
                owner.set_session(Gate(owner._session))


def _moved(url: str, league: str) -> str:
    """The same path at the stand-in league."""
    scheme, host, *_ = urlsplit(league)
    return urlunsplit(urlsplit(url)._replace(scheme=scheme, netloc=host))


def _telling(url: str, parameters: Any) -> str:
    """The address as a message shows it: of thirty parameters, those that tell one call from another."""
    given = {name: value for name, value in dict(parameters or ()).items() if value and name in _TELLING_PARAMETERS}
    return f"{url}?{urlencode(given)}" if given else url


def _ask_stand_in(url: str, options: dict[str, Any]) -> Any:
    """Ask on this computer: through no proxy, and not with the league's name as Host."""
    import requests

    with requests.Session() as session:
        session.trust_env = False
        return session.get(url, params=options.get("params"), timeout=options.get("timeout"), allow_redirects=False)


@contextmanager
def _explaining(address: str, timeout_s: Any) -> Iterator[None]:
    """Tell what went wrong on the way as an error of the kit."""
    import requests

    try:
        yield
    except requests.Timeout as error:
        raise SourceUnavailable(f"{address} did not answer within {timeout_s} s. {OFFLINE}") from error
    except (requests.exceptions.ChunkedEncodingError, requests.exceptions.ContentDecodingError) as error:
        raise UnexpectedPayload(f"{address} broke off in the middle of its answer. {_UPGRADE}") from error
    except requests.RequestException as error:
        raise SourceUnavailable(f"Nothing answers at {address} ({_cause(error)}). {OFFLINE}") from error


def _cause(error: BaseException) -> str:
    """The innermost reason of what requests and urllib3 wrap several times, e.g. "Connection refused"."""
    while inner := error.__cause__ or error.__context__:
        error = inner
    return getattr(error, "strerror", None) or type(error).__name__


def _check_status(address: str, status: int) -> None:
    if status >= 300:
        advice = _ADVICE_OF_STATUS.get(status, _THEIR_TROUBLE)
        raise SourceRefused(f"{address} refused with status {status}. {advice}", status=status)


def _check_body(address: str, text: str) -> None:
    if not text.strip():
        raise UnexpectedPayload(f"{address} answered with an empty body. {_UPGRADE}")
    try:
        payload = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UnexpectedPayload(f"{address} answered with something that is no JSON. {_UPGRADE}") from error
    if not isinstance(payload, dict) or not payload:
        raise UnexpectedPayload(f"{address} answered with JSON that holds nothing. {_UPGRADE}")
