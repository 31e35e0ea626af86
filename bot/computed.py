"""The line that says what was computed from which figures of the plan, and that it was computed."""

from collections.abc import Callable, Sequence
from decimal import Decimal

from bot.naming import amount, counted
from knowledge.model import Derived, Figure, Finding, Op


def computed(finding: Finding) -> str:
    """新北区比武进区多5个（12个 − 7个，按计划里的数算出）; empty where nothing was computed."""
    derived = finding.derived
    return _LINES.get(derived.kind, _other)(derived, finding) if derived else ""


def _years(derived: Derived, finding: Finding) -> list[str]:
    """The years of the figures where each is of another one, else none."""
    of = {id(f): c for c, f in finding.figures}
    years = [c.year for f in derived.of if (c := of.get(id(f)))]
    return [f"{year}年" for year in years] if len(set(years)) == len(derived.of) > 1 else []


def _sum(derived: Derived, _finding: Finding) -> str:
    return f"合计{_value(derived)}（由{_joined(derived.of, ' + ')}算出，计划里没有直接写这个数）"


def _difference(derived: Derived, finding: Finding) -> str:
    if finding.frame.op in {Op.EXCEPT, Op.REST, Op.NOT}:
        return _left(derived, finding)
    if finding.frame.former:
        return f"原来是{_value(derived)}（{_joined(derived.of, ' − ')}，按计划里的数算出）"
    if years := _years(derived, finding):
        return _changed(derived, years)
    (more, more_name), (less, less_name) = _ranked(derived.of)
    if not derived.value:
        return f"{more_name}和{less_name}一样多（都是{more.raw}，按计划里的数比出）"
    told = f"相差{_value(derived)}" if more_name == less_name else f"{more_name}比{less_name}多{_value(derived)}"
    return f"{told}（{more.raw} − {less.raw}，按计划里的数算出）"


def _changed(derived: Derived, years: Sequence[str]) -> str:
    """What the newer of two years has more or less of, the newer one first."""
    (new, old), (this, last) = derived.of, years
    if not derived.value:
        return f"{this}和{last}一样（都是{new.raw}，按计划里的数比出）"
    more = new.value > old.value
    word = ("高" if more else "低") if derived.unit == "个百分点" else "多" if more else "少"
    large, small = (new, old) if more else (old, new)
    return f"{this}比{last}{word}{_value(derived)}（{large.raw} − {small.raw}，按计划里的数算出）"


def _growth(derived: Derived, finding: Finding) -> str:
    (new, old), (this, last) = derived.of, _years(derived, finding)
    more = new.value > old.value
    large, small = (new, old) if more else (old, new)
    told = f"{this}比{last}{'增加' if more else '减少'}{_value(derived)}"
    exact = 100 * (large.value - small.value) / old.value
    return _divided(told, f"({large.raw} − {small.raw})", old.raw, derived, exact)


def _left(derived: Derived, finding: Finding) -> str:
    """What is left of a total, which comes first, without the parts behind it."""
    parts = "、".join(_names(derived.of[1:]))
    told = f"除{parts}外共" if finding.frame.op is Op.EXCEPT else f"除去{parts}还剩下"
    return f"{told}{_value(derived)}（{_joined(derived.of, ' − ')}，按计划里的数算出）"


def _ratio(derived: Derived, finding: Finding) -> str:
    (more, more_name), (less, less_name) = _ranked(derived.of, _years(derived, finding))
    told = f"{more_name}是{less_name}的{_value(derived)}"
    return _divided(told, more.raw, less.raw, derived, more.value / less.value)


def _share(derived: Derived, _finding: Finding) -> str:
    total, *parts = derived.of
    raws = _joined(parts, " + ")
    told = f"{'、'.join(_names(parts))}占{total.what}的{_value(derived)}"
    exact = 100 * sum((p.value for p in parts), Decimal(0)) / total.value
    return _divided(told, f"({raws})" if len(parts) > 1 else raws, total.raw, derived, exact)


def _average(derived: Derived, _finding: Finding) -> str:
    count = len(derived.of)
    exact = sum((f.value for f in derived.of), Decimal(0)) / count
    return _divided(f"平均{_value(derived)}", f"({_joined(derived.of, ' + ')})", str(count), derived, exact)


def _divided(told: str, above: str, below: str, derived: Derived, exact: Decimal) -> str:
    rounded = "" if derived.value == exact else f" ≈ {_value(derived)}"
    return f"{told}（{above} ÷ {below}{rounded}，按计划里的数算出）"


def _product(derived: Derived, _finding: Finding) -> str:
    return f"算下来是{_value(derived)}（{_joined(derived.of, ' × ')}，按计划里的数算出）"


def _extreme(derived: Derived, finding: Finding) -> str:
    """Who has most or least; of two that were compared, by how much as well."""
    of, word, most = derived.of, _WORDS[derived.kind], derived.kind == "most"
    years = _years(derived, finding)
    if len(years) > 2:
        told = "、".join(y for y, f in zip(years, of, strict=True) if f.value == derived.value)
        return f"{told}最{word}（{_value(derived)}，按计划里的数比出）"
    if len({f.value for f in of}) == 1:
        told = "、".join(years or _names(of))
        if len(of) == 2 and (years or _compares_two(finding)):
            return f"{told}一样多（都是{of[0].raw}，按计划里的数比出）"
        together = "并列" if len(of) > 1 else ""
        return f"{told}{together}最{word}（{'都' if together else ''}是{of[0].raw}，按计划里的数比出）"
    (more, more_name), (less, less_name) = _ranked(of, years)
    gap = amount(more.value - less.value, derived.unit)
    name = more_name if most else less_name
    return f"{name}{word}，{word}{gap}（{more.raw} − {less.raw}，按计划里的数算出）"


def _compares_two(finding: Finding) -> bool:
    return len(finding.frame.parts) == 2 or len(finding.frame.sides) == 2


def _other(derived: Derived, _finding: Finding) -> str:
    return f"算出来是{_value(derived)}（{_joined(derived.of, '、')}，按计划里的数算出）"


_WORDS = {"most": "多", "least": "少"}
_LINES: dict[str, Callable[[Derived, Finding], str]] = {
    "sum": _sum,
    "difference": _difference,
    "ratio": _ratio,
    "share": _share,
    "growth": _growth,
    "average": _average,
    "product": _product,
    "most": _extreme,
    "least": _extreme,
}


def _value(derived: Derived) -> str:
    return amount(derived.value, derived.unit)


def _joined(figures: Sequence[Figure], sign: str) -> str:
    return sign.join(f.raw for f in figures)


def _names(figures: Sequence[Figure]) -> list[str]:
    """What tells the figures apart: their parts, what they count, or both."""
    short = [f.part or f.what for f in figures]
    return short if len(set(short)) == len(short) else [counted(f) for f in figures]


def _ranked(figures: Sequence[Figure], names: Sequence[str] = ()) -> tuple[tuple[Figure, str], tuple[Figure, str]]:
    """The largest and the smallest figure with their names."""
    ranked = sorted(zip(figures, names or _names(figures), strict=True), key=lambda pair: -pair[0].value)
    return ranked[0], ranked[-1]
