"""The commands and their options; what they do is in the other modules of this folder, imported when it runs."""

from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from nbmomentum.cli import options, terminal
from nbmomentum.errors import NbmomentumError
from nbmomentum.sources.bundled import DEFAULT_GAME_ID
from nbmomentum.sources.game_info import GameInfo


class Commands(TyperGroup):
    """The commands, in the order they are written; an error of the kit is one sentence and exit code 1."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command that was asked for."""
        try:
            with terminal.warnings_told():
                return super().invoke(ctx)
        except NbmomentumError as error:
            terminal.complain(str(error))
            raise typer.Exit(1) from error


app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Teach event streaming with a real NBA game: through a Kafka log into live charts.",
)
broker_app = typer.Typer(no_args_is_help=True, help="Start, stop, look at or empty a broker on this computer.")
app.add_typer(broker_app, name="broker")

Topic = Annotated[
    str | None,
    typer.Option(
        parser=options.read_topic,
        metavar="NAME",
        help="The topic of the scoring events: nba_momentum by default, and on a cluster of your own your topic there; "
        "with --topic nba_momentum it is the one of the whole class.",
    ),
]
Servers = Annotated[
    str | None,
    typer.Option(
        parser=options.read_servers,
        metavar="HOST:PORT",
        help="A cluster of your own instead of the embedded broker; NBMOMENTUM_BOOTSTRAP_SERVERS does the same.",
    ),
]
Engine = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        help="The broker: embedded, or apache for Apache Kafka itself; NBMOMENTUM_BROKER does the same.",
    ),
]
Nodes = Annotated[int | None, typer.Option(metavar="1|3", help="How many nodes of Apache Kafka.")]

# What `produce` may be told.
Game = Annotated[
    GameInfo,
    typer.Option(
        parser=options.find_game,
        metavar="GAME",
        help="A game by its id, or text that fits only one; sim-7-0003 is simulated.",
    ),
]
Speed = Annotated[
    float,
    typer.Option(parser=options.read_speed, metavar="SPEED", help="Game seconds a second, 0.25 to 600, or max."),
]
Live = Annotated[
    str | None,
    typer.Option(
        "--live", metavar="GAME", help="Follow one of tonight's games instead: its id, a team such as MIA, or any."
    ),
]
Fetch = Annotated[
    str | None,
    typer.Option(
        "--fetch",
        metavar="ID",
        help="Replay a finished game of the NBA's instead, fetched once; `nbmomentum games BOS` finds ids.",
    ),
]
TeamStatsWanted = Annotated[
    bool,
    typer.Option("--team-stats", help="Send all teams' stats instead, as the league has them now; asked once."),
]
Season = Annotated[
    str | None,
    typer.Option(metavar="SEASON", help="With --team-stats: such as 2025-26; by default the present one."),
]
Simulated = Annotated[
    bool, typer.Option("--simulated", help="With --team-stats: replay a simulated season day by day, ask nobody.")
]
Saved = Annotated[
    bool, typer.Option("--saved", help="With --team-stats: replay the days kept on this computer, ask nobody.")
]
Every = Annotated[
    float | None,
    typer.Option(min=60, metavar="SECONDS", help="With --team-stats: ask again so often, until Ctrl-C."),
]


def main() -> None:
    """Run the command line."""
    terminal.allow_any_text()
    app(prog_name="nbmomentum")


def _show_version(is_asked: bool) -> None:
    if is_asked:
        from importlib.metadata import version

        terminal.say(f"nbmomentum {version('nbmomentum')}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    pass


@app.command()
def lab(
    notebook: Annotated[
        str | None, typer.Argument(help="The notebook to open, by name or number; the first one by default.")
    ] = None,
    port: Annotated[
        int | None, typer.Option(min=1, max=65535, help="The port; by default the first free one from 8888 on.")
    ] = None,
    folder: Annotated[
        Path | None, typer.Option(help="Work in this folder, on copies of the lessons: missing ones are copied there.")
    ] = None,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Print the address and open no browser.")] = False,
    stand_in: Annotated[
        bool,
        typer.Option(
            "--stand-in", help="Play live games of a stand-in league on this computer, for want of a network."
        ),
    ] = False,
) -> None:
    """Open the lessons in JupyterLab, on this computer only. Ctrl-C stops it and all it started."""
    from nbmomentum.cli.lab import serve_lab
    from nbmomentum.cli.stand_in import stand_in_league

    with stand_in_league(is_wanted=stand_in):
        serve_lab(notebook, folder=folder, port=port, is_browser_wanted=not no_browser)


@app.command()
def dashboard(
    port: Annotated[
        int | None, typer.Option(min=1, max=65535, help="The port; by default a free one from 8866 on.")
    ] = None,
    dark: Annotated[bool, typer.Option("--dark", help="Light text on dark.")] = False,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Print the address and open no browser.")] = False,
) -> None:
    """Show a whole game on one page, on this computer only. Ctrl-C stops it and all it started."""
    from nbmomentum.cli.dashboard import serve_dashboard

    serve_dashboard(port=port, is_dark=dark, is_browser_wanted=not no_browser)


@app.command()
def produce(
    game: Game = DEFAULT_GAME_ID,  # type: ignore[assignment]
    speed: Speed = "60",  # type: ignore[assignment]
    live: Live = None,
    fetch: Fetch = None,
    team_stats: TeamStatsWanted = False,
    season: Season = None,
    simulated: Simulated = False,
    saved: Saved = False,
    every: Every = None,
    topic: Topic = None,
    bootstrap_servers: Servers = None,
) -> None:
    """Replay a game into the topic, follow a live one, or send team stats. Exit code 1 if a record was lost."""
    options.refuse_together(live=live is not None, fetch=fetch is not None, team_stats=team_stats)
    if team_stats:
        from nbmomentum.cli.team_stats import Wanted, send_team_stats

        wanted = Wanted(season, is_simulated=simulated, is_saved=saved, every_s=every)
        if not send_team_stats(wanted, topic=topic, servers=bootstrap_servers):
            raise typer.Exit(1)
        return
    if live is not None:
        from nbmomentum.cli.live import follow_game

        if not follow_game(live, topic=topic, servers=bootstrap_servers):
            raise typer.Exit(1)
        return
    from nbmomentum.cli.produce import fetched_game, replay_game

    if fetch is not None:
        game = fetched_game(fetch)
    if not replay_game(game, speed=speed, topic=topic, servers=bootstrap_servers):
        raise typer.Exit(1)


@app.command()
def consume(
    group: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="The consumer group, taken as it is: members of one group share the partitions. "
            "By default a new one each time.",
        ),
    ] = None,
    topic: Topic = None,
    once: Annotated[
        bool, typer.Option("--once", help="Read what the topic holds now, show the games as they stand, and end.")
    ] = False,
    save: Annotated[
        str | None,
        typer.Option(
            parser=options.read_name,
            metavar="NAME",
            help="At the end, save the events of the latest replay; `produce --game saved:NAME` replays them.",
        ),
    ] = None,
    table: Annotated[
        bool, typer.Option("--table", help="Show the ranking of all teams instead, out of the topic of team stats.")
    ] = False,
    bootstrap_servers: Servers = None,
) -> None:
    """Show a live scoreboard of what the topic holds; it waits for a game. Ctrl-C ends it."""
    if table:
        from nbmomentum.cli.team_stats import show_table

        show_table(topic, group=group, is_once=once, servers=bootstrap_servers)
        return
    from nbmomentum.cli.consume import follow_topic, read_topic_once

    show = read_topic_once if once else follow_topic
    show(topic, group=group, servers=bootstrap_servers, save=save)


@app.command()
def games(
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[WORDS]...",
            help="Search for these instead, also at the NBA's: a team, a season, a day: BOS 2024-25, 2024-11-12.",
        ),
    ] = None,
) -> None:
    """List the games to replay: those that come with the kit, saved ones, and a few simulated ones."""
    from nbmomentum.cli.games import list_games, search_games

    if words:
        search_games(" ".join(words))
    else:
        list_games()


@app.command()
def topics(
    sheet: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.svg", help="Write a diagram of the topics, their records and who reads them into this file."
        ),
    ] = None,
    topic: Annotated[
        str | None,
        typer.Option(
            parser=options.read_topic, metavar="NAME", help="The diagram's topic; those that belong to it come with it."
        ),
    ] = None,
    bootstrap_servers: Servers = None,
) -> None:
    """List the topics on the broker: partitions, offsets, records, settings; on several nodes, who has the copies."""
    from nbmomentum.cli.broker import joined_broker
    from nbmomentum.cli.tables import letters_of, topics_table
    from nbmomentum.stream.cluster.replicas import describe_partitions
    from nbmomentum.stream.topics import describe_topics

    with joined_broker(bootstrap_servers) as broker:
        if sheet is not None:
            from nbmomentum.studio import wire_sheet

            topic = topic or broker.topic
            terminal.say(f"The diagram of {topic} is in {wire_sheet(broker, topic=topic).save(sheet)}.")
            return
        reports, learner = describe_topics(broker.bootstrap_servers), broker.learner
        copies = {report.name: describe_partitions(broker.bootstrap_servers, report.name) for report in reports}
        letters = letters_of(broker.bootstrap_servers, reports)
    if reports:
        terminal.out.print(topics_table(reports, copies))
        for line in letters:
            terminal.say(line)
        if learner:
            terminal.say(f"Yours begin with {learner}.")
    else:
        terminal.say("The broker holds no topic yet; `nbmomentum produce` makes them.")


@app.command()
def doctor() -> None:
    """Look at everything the kit needs, and say how to mend what is missing. Exit code 1 if something is."""
    from nbmomentum.cli.doctor import examine

    if not examine():
        raise typer.Exit(1)


@broker_app.command()
def start(
    engine: Engine = None,
    nodes: Nodes = None,
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="The first node's port on 127.0.0.1; 0 takes free ones.")
    ] = 0,
) -> None:
    """Start a broker and keep it running until `broker stop`; notebooks and commands without an engine join it."""
    from nbmomentum.cli.broker import hold

    hold(engine, nodes, port)


@broker_app.command()
def stop(
    engine: Engine = None,
    nodes: Nodes = None,
    force: Annotated[bool, typer.Option("--force", help="Stop it even while something uses it.")] = False,
) -> None:
    """Stop the broker; while something still uses it, it stops after that."""
    from nbmomentum.cli.broker import release

    release(engine, nodes, is_forced=force)


@broker_app.command()
def status() -> None:
    """Say where the broker is and who uses it. Exit code 0 if it runs, 1 if not."""
    from nbmomentum.cli.broker import report_status

    if not report_status():
        raise typer.Exit(1)


@broker_app.command()
def fetch() -> None:
    """Bring Apache Kafka onto this computer now, for a lesson without a network."""
    from nbmomentum.cli.broker import fetch as fetch_files

    fetch_files()


@broker_app.command()
def reset(
    engine: Engine = None,
    nodes: Nodes = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Delete everything the broker has saved: topics, records, offsets of groups."""
    from nbmomentum.cli.broker import empty

    empty(engine, nodes, is_confirmed=yes)
