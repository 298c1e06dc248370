"""Fill the template: contents in, one self-contained HTML file out, without a single request in it."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from small_or_large.recommendation import amount

FOLDER = Path(__file__).parent


def number(value: float | None, digits: int = 3) -> str:
    """A number with fixed digits and thousands separators; a dash where it is unknown."""
    return "–" if value is None else f"{value:,.{digits}f}"


def between(figure: dict | None, digits: int = 3) -> str:
    """The interval of a figure."""
    if figure is None or figure["low"] is None:
        return "–"
    return f"{number(figure['low'], digits)} to {number(figure['high'], digits)}"


def percent(value: float | None, digits: int = 1) -> str:
    """A share as a percentage."""
    return "–" if value is None else f"{100 * value:.{digits}f}%"


def money(value: float | None) -> str:
    """An amount to two significant digits, whole from 100 on, `< 0.01` below a hundredth."""
    if value is None:
        return "–"
    return f"{value:,.0f}" if abs(value) >= 100 else amount(value)


def plain(value: float) -> str:
    """A setting as people write it: 2 and not 2.0, 0.10 and not 0.1."""
    return f"{value:g}" if value == int(value) else f"{value:.2f}"


def duration(seconds: float | None) -> str:
    """Seconds, minutes or hours, whichever reads best."""
    if seconds is None:
        return "–"
    if seconds < 90:
        return f"{seconds:.2g} s" if seconds < 10 else f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def p_value(value: float) -> str:
    """A p-value with two significant digits, or < 0.001."""
    return "< 0.001" if value < 0.001 else f"{value:.2g}"


def page(contents: dict) -> str:
    """The page as HTML text. Everything that comes from the study is escaped; only our own drawings are not."""
    environment = Environment(
        loader=FileSystemLoader(FOLDER / "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    environment.filters |= {
        "number": number,
        "between": between,
        "percent": percent,
        "money": money,
        "plain": plain,
        "duration": duration,
        "p_value": p_value,
        "drawing": Markup,
    }
    style = Markup((FOLDER / "style.css").read_text(encoding="utf-8"))
    script = Markup((FOLDER / "page.js").read_text(encoding="utf-8"))
    return environment.get_template("report.html.j2").render(**contents, style=style, script=script)
