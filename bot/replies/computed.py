"""What was computed from which figures of the plan, and that it was computed, in words."""

from collections.abc import Callable, Sequence
from decimal import Decimal

from bot.replies.blocks import Computed
from bot.replies.naming import amount, as_printed, counted, parted
from knowledge.model import Derived, Figure, Finding, Op


def computed(finding: Finding) -> Computed | None:
    """新北区比武进区多5个（12个 − 7个，按计划里的数算出）; None where nothing was computed."""
    derived = finding.derived
    return _TOLD.get(derived.kind, _other)(derived, finding) if derived else None


def _of(told: str, derived: Derived, how: str) -> Computed:
    """What was computed, told by these words before it."""
    return Computed(told, *parted(amount(*as_printed(derived.value, derived))), how)


def _years(derived: Derived, finding: Finding) -> list[str]:
    """The years of the figures where each is of another one, else none."""
    of = {id(f): c for c, f in finding.figures}
    years = [c.year for f in derived.of if (c := of.get(id(f)))]
    return [f"{year}年" for year in years] if len(set(years)) == len(derived.of) > 1 else []


def _sum(derived: Derived, finding: Finding) -> Computed:
    if finding.frame.former or finding.frame.past:
        return _of("原来是", derived, f"{_joined(derived.of, ' + ')}，按计划里的数算出")
    return _of("合计", derived, f"由{_joined(derived.of, ' + ')}算出，计划里没有直接写这个数")


def _difference(derived: Derived, finding: Finding) -> Computed:
    if finding.frame.op in {Op.EXCEPT, Op.REST, Op.NOT}:
        return _left(derived, finding)
    if finding.frame.former or finding.frame.past:
        return _of("原来是", derived, f"{_joined(derived.of, ' − ')}，按计划里的数算出")
    if years := _years(derived, finding):
        return changed(derived, years)
    (more, more_name), (less, less_name) = _ranked(derived.of)
    if not derived.value:
        return _alike(f"{more_name}和{less_name}一样多", more)
    told = "相差" if more_name == less_name else f"{more_name}比{less_name}多"
    return _of(told, derived, f"{more.raw} − {less.raw}，按计划里的数算出")


def _alike(told: str, figure: Figure) -> Computed:
    return Computed(told, "", "", f"都是{figure.raw}，按计划里的数比出")


def changed(derived: Derived, years: Sequence[str]) -> Computed:
    """What the newer of two years has more or less of, the newer one first; a year without a name is not named."""
    (new, old), (this, last) = derived.of, years
    if not derived.value:
        return _alike(f"{this}和{last}一样", new)
    more = new.value > old.value
    word = ("高" if more else "低") if derived.unit == "个百分点" else "多" if more else "少"
    large, small = (new, old) if more else (old, new)
    return _of(f"{this}比{last}{word}", derived, f"{large.raw} − {small.raw}，按计划里的数算出")


def _growth(derived: Derived, finding: Finding) -> Computed:
    (new, old), (this, last) = derived.of, _years(derived, finding)
    more = new.value > old.value
    large, small = (new, old) if more else (old, new)
    exact = 100 * (large.value - small.value) / old.value
    told = f"{this}比{last}{'增加' if more else '减少'}"
    return _divided(told, f"({large.raw} − {small.raw})", old.raw, derived, exact)


def _left(derived: Derived, finding: Finding) -> Computed:
    """What is left of a total, which comes first, without the parts behind it."""
    parts = "、".join(_names(derived.of[1:]))
    told = f"除{parts}外共" if finding.frame.op is Op.EXCEPT else f"除去{parts}还剩下"
    return _of(told, derived, f"{_joined(derived.of, ' − ')}，按计划里的数算出")


def _ratio(derived: Derived, finding: Finding) -> Computed:
    (more, more_name), (less, less_name) = _ranked(derived.of, _years(derived, finding))
    return _divided(f"{more_name}是{less_name}的", more.raw, less.raw, derived, more.value / less.value)


def _share(derived: Derived, _finding: Finding) -> Computed:
    total, *parts = derived.of
    raws = _joined(parts, " + ")
    exact = 100 * sum((p.value for p in parts), Decimal(0)) / total.value
    told = f"{'、'.join(_names(parts))}占{total.what}的"
    return _divided(told, f"({raws})" if len(parts) > 1 else raws, total.raw, derived, exact)


def _average(derived: Derived, _finding: Finding) -> Computed:
    count = len(derived.of)
    exact = sum((f.value for f in derived.of), Decimal(0)) / count
    return _divided("平均", f"({_joined(derived.of, ' + ')})", str(count), derived, exact)


def _divided(told: str, above: str, below: str, derived: Derived, exact: Decimal) -> Computed:
    rounded = "" if derived.value == exact else f" ≈ {amount(*as_printed(derived.value, derived))}"
    return _of(told, derived, f"{above} ÷ {below}{rounded}，按计划里的数算出")


def _product(derived: Derived, _finding: Finding) -> Computed:
    return _of("算下来是", derived, f"{_joined(derived.of, ' × ')}，按计划里的数算出")


def _rate(derived: Derived, _finding: Finding) -> Computed:
    whole, among = derived.of
    return _divided(f"平均每{among.unit}", whole.raw, among.raw, derived, whole.value / among.value)


def _extreme(derived: Derived, finding: Finding) -> Computed:
    """Who has most or least; of two that were compared, by how much as well."""
    of, word, most = derived.of, _WORDS[derived.kind], derived.kind == "most"
    years = _years(derived, finding)
    if len(years) > 2:
        told = "、".join(y for y, f in zip(years, of, strict=True) if f.value == derived.value)
        return Computed(f"{told}最{word}", "", "", f"{amount(*as_printed(derived.value, derived))}，按计划里的数比出")
    if len({f.value for f in of}) == 1:
        told = "、".join(years or _names(of))
        if len(of) == 2 and (years or _compares_two(finding)):
            return _alike(f"{told}一样多", of[0])
        together = "并列" if len(of) > 1 else ""
        how = f"{'都' if together else ''}是{of[0].raw}，按计划里的数比出"
        return Computed(f"{told}{together}最{word}", "", "", how)
    (more, more_name), (less, less_name) = _ranked(of, years)
    gap = parted(amount(*as_printed(more.value - less.value, derived)))
    name = more_name if most else less_name
    return Computed(f"{name}{word}，{word}", *gap, f"{more.raw} − {less.raw}，按计划里的数算出")


def _compares_two(finding: Finding) -> bool:
    return len(finding.frame.parts) == 2 or len(finding.frame.sides) == 2


def _other(derived: Derived, _finding: Finding) -> Computed:
    return _of("算出来是", derived, f"{_joined(derived.of, '、')}，按计划里的数算出")


_WORDS = {"most": "多", "least": "少"}
_TOLD: dict[str, Callable[[Derived, Finding], Computed]] = {
    "sum": _sum,
    "difference": _difference,
    "ratio": _ratio,
    "share": _share,
    "growth": _growth,
    "average": _average,
    "product": _product,
    "rate": _rate,
    "most": _extreme,
    "least": _extreme,
}


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
