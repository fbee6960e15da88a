"""Charts of risk as SVG: rates with their intervals, how likely a loss is; not for numbers that no table shows."""

from __future__ import annotations

from collections.abc import Sequence

import altair
import vl_convert

from secondsource.reports.charts import BUY, INK, LABELS_WIDTH, MOST_BARS, MUTED, RISK, ROW_HEIGHT

WIDTH, NOTES = 420, 250
CONFIG = {"aria": False, "background": None, "view": {"stroke": None}, "font": "inherit"}


def intervals(rows: Sequence[tuple[str, float, float, float, str]]) -> str:
    """Return a line from low to high with a dot at the mean for each (label, low, mean, high, note), on 0 to 100 %."""
    if not rows:
        return ""
    shown = rows[: 2 * MOST_BARS]
    values = [
        {"row": str(k), "label": label[:28], "low": low, "mean": mean, "high": high, "note": note}
        for k, (label, low, mean, high, note) in enumerate(shown)
    ]
    order = [str(k) for k in range(len(values))]
    least = min(low for _label, low, *_rest in shown)
    scale = altair.Scale(domain=[0.0 if least < 0.5 else 0.5, 1.0])
    y = altair.Y("row:N", sort=order, axis=None, scale=altair.Scale(domain=order, paddingInner=0.28, paddingOuter=0.1))
    axis = altair.Axis(
        format=".0%",
        gridColor="var(--line)",
        domainColor=MUTED,
        tickColor=MUTED,
        labelColor=INK,
        title=None,
        orient="top",
    )
    base = altair.Chart(altair.InlineData(values)).encode(y=y)
    layers = altair.layer(
        base.mark_rule(color=BUY, strokeWidth=4, opacity=0.55).encode(
            x=altair.X("low:Q", scale=scale, axis=axis), x2="high:Q"
        ),
        base.mark_point(color=BUY, filled=True, size=70, opacity=1).encode(
            x=altair.X("mean:Q", scale=scale, axis=axis)
        ),
        base.mark_tick(color=RISK, thickness=3, size=14).encode(x=altair.X("low:Q", scale=scale, axis=axis)),
        base.mark_text(align="right", dx=-10, fontSize=12, color=INK).encode(x=altair.value(0), text="label:N"),
        base.mark_text(align="left", dx=10, fontSize=12, color=INK).encode(x=altair.value(WIDTH), text="note:N"),
    ).properties(width=WIDTH, height=ROW_HEIGHT * len(values))
    specification = layers.to_dict() | {
        "config": CONFIG,
        "autosize": "none",
        "padding": {"left": LABELS_WIDTH, "right": NOTES, "top": 22, "bottom": 4},
    }
    return vl_convert.vegalite_to_svg(specification)


def losses(
    points: Sequence[tuple[float, float]], marks: Sequence[tuple[float, float, str]], across: str, up: str
) -> str:
    """Return how likely each loss is exceeded, on a logarithmic scale of likelihood, with some points named.

    Parameters
    ----------
    points
        Pairs of a probability and the loss exceeded with it.
    marks
        The points to name: probability, loss, name.
    """
    curve = [{"p": p, "loss": max(0.0, loss)} for p, loss in points if p > 0]
    if len(curve) < 2 or curve[-1]["loss"] <= 0:
        return ""
    axis = {
        "gridColor": "var(--line)",
        "domainColor": MUTED,
        "tickColor": MUTED,
        "labelColor": INK,
        "titleColor": INK,
        "titleFontWeight": "normal",
    }
    least = min(point["p"] for point in curve)
    most = max(point["loss"] for point in curve)
    ticks = [tick for tick in (1.0, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001, 0.0001) if tick >= least]
    x = altair.X(
        "loss:Q",
        title=across,
        scale=altair.Scale(domain=[0, most]),
        axis=altair.Axis(**axis),  # type: ignore[arg-type]
    )
    y = altair.Y(
        "p:Q",
        title=up,
        scale=altair.Scale(type="log", domain=[least, 1.0]),
        axis=altair.Axis(format="~%", values=ticks, **axis),  # type: ignore[arg-type]
    )
    drawn = altair.Chart(altair.InlineData(curve)).encode(x=x, y=y, order=altair.Order("p:Q", sort="descending"))
    named = altair.Chart(altair.InlineData([{"p": p, "loss": loss, "name": name} for p, loss, name in marks])).encode(
        x=x, y=y
    )
    layers = altair.layer(
        drawn.mark_area(color=BUY, opacity=0.12, interpolate="monotone"),
        drawn.mark_line(color=BUY, interpolate="monotone", strokeWidth=2.2),
        named.mark_point(color=RISK, filled=True, size=60, opacity=1),
        named.mark_text(align="left", dx=9, dy=-7, fontSize=12, color=INK).encode(text="name:N"),
    ).properties(width=620, height=280)
    return vl_convert.vegalite_to_svg(layers.to_dict() | {"config": CONFIG})
