"""Every error the kit raises on purpose, in one tree.

```
NbmomentumError
├── InvalidEvent (ValueError)       a record or row that is no scoring event
├── InvalidTeamStats (ValueError)   a record or row that is no team's stats
├── InvalidClock (ValueError)       a text that is no game clock
├── UnknownGame (LookupError)       no game with this id
├── UnknownTeam (LookupError)       no team with this code
├── InvalidGameFile (ValueError)    a file of saved events that cannot be read
├── ExportError (ValueError)        a table that cannot be written as asked
├── SettingsError (ValueError)      an environment variable or option that cannot be used
├── RunnerError (RuntimeError)      a thread of ours ended by an error, or did not stop in time
├── SourceError (RuntimeError)      a feed of the league that gave nothing to use
│   ├── SourceUnavailable           nothing answers at its address, or not in time
│   ├── SourceRefused               it answered with a status such as 403, 429 or 500
│   └── UnexpectedPayload           it answered, but not with what this feed holds
└── BrokerError (RuntimeError)      a broker that cannot be started or reached
    ├── BrokerUnavailable           nothing answers at this address
    ├── BrokerRefused               a broker is there, but not for us: password, certificate, security protocol
    └── BrokerStartFailed           a process of the broker ended or stayed silent
```

Each message says what was wrong and what to do next. What works and must be known all the same is a warning:
`BrokerWarning` (UserWarning).
"""


class NbmomentumError(Exception):
    """Root of all errors of the kit."""


class InvalidEvent(NbmomentumError, ValueError):
    """A record or row that cannot be read as a scoring event; the message is the reason."""


class InvalidTeamStats(NbmomentumError, ValueError):
    """A record or row that cannot be read as a team's stats; the message is the reason."""


class InvalidClock(NbmomentumError, ValueError):
    """A text that is no game clock."""


class UnknownGame(NbmomentumError, LookupError):
    """No game with this id is known."""


class UnknownTeam(NbmomentumError, LookupError):
    """No team has this code."""


class InvalidGameFile(NbmomentumError, ValueError):
    """A file of saved events that cannot be read; the message names the file, the line and the reason."""


class ExportError(NbmomentumError, ValueError):
    """A table that cannot be written in the form that was asked for."""


class SettingsError(NbmomentumError, ValueError):
    """A setting that cannot be used as it stands."""


class RunnerError(NbmomentumError, RuntimeError):
    """A background thread ended by an error, or did not stop in time."""


class SourceError(NbmomentumError, RuntimeError):
    """A feed of the league that gave nothing to use."""


class SourceUnavailable(SourceError):
    """Nothing answers at the feed's address, or not in time: no network, a refused connection, a time-out."""


class SourceRefused(SourceError):
    """The feed answered with a status that is no success.

    Attributes:
        status: The HTTP status, e.g. 403.
    """

    def __init__(self, message: str, *, status: int) -> None:
        super().__init__(message)
        self.status = status


class UnexpectedPayload(SourceError):
    """The feed answered, but not with what it should: no JSON, an empty body, `{}`, a field missing or wrong."""


class BrokerError(NbmomentumError, RuntimeError):
    """A broker that cannot be started or reached."""


class BrokerUnavailable(BrokerError):
    """Nothing answers at the broker's address."""


class BrokerRefused(BrokerError):
    """A broker is there, but the security settings do not fit: trying again brings the same."""


class BrokerStartFailed(BrokerError):
    """The broker's process ended or stayed silent before it was ready."""


class BrokerWarning(UserWarning):
    """What whoever starts a broker must know of it; a notebook shows it under the cell, the command as a sentence."""
