"""The order of siblings after both sides moved some of them. Pure."""

from collections.abc import Iterator, Sequence

from exchange.merge_lines import rising

Order = list[int]


def blocks(base: Order, ours: Order, theirs: Order) -> Iterator[tuple[Order | None, Order, Order]]:
    """Yield stretches of siblings with their merged order, or None if both sides moved the same ones differently.

    All three have the same elements. Stretches are as short as they can be: nothing was moved out of one of them. The second
    and third value are the stretch as it is in `ours` and `theirs`.
    """
    place_ours = {one: at for at, one in enumerate(ours)}
    place_theirs = {one: at for at, one in enumerate(theirs)}
    start = reach = 0
    for at, one in enumerate(base):
        reach = max(reach, place_ours[one], place_theirs[one])
        if reach == at:
            end = at + 1
            sides = base[start:end], ours[start:end], theirs[start:end]
            yield _merged(*sides), sides[1], sides[2]
            start = end


def _merged(base: Order, ours: Order, theirs: Order) -> Order | None:
    if ours in (base, theirs):
        return theirs
    if theirs == base:
        return ours
    moved_ours, moved_theirs = _moved(base, ours), _moved(base, theirs)
    if moved_ours & moved_theirs:
        return None
    one = _replayed(theirs, ours, moved_ours)
    other = _replayed(ours, theirs, moved_theirs)
    return one if one == other else None


def _moved(base: Order, order: Order) -> set[int]:
    place = {one: at for at, one in enumerate(order)}
    stayed = rising([(at, place[one]) for at, one in enumerate(base)])
    return set(base) - {base[at] for at, _ in stayed}


def _replayed(into: Order, order: Order, moved: set[int]) -> Order:
    """`into` with the moved elements behind those that they follow in `order`."""
    result = [one for one in into if one not in moved]
    for at, one in enumerate(order):
        if one in moved:
            result.insert(result.index(order[at - 1]) + 1 if at else 0, one)
    return result


def side_order(kept: Sequence[int], places: dict[int, int]) -> Order:
    """Return the elements of `kept` in the order that one side has them in (`places`); those that it dropped stay behind the
    one that they followed.
    """
    order = sorted((one for one in kept if one in places), key=places.__getitem__)
    for at, one in enumerate(kept):
        if one not in places:
            order.insert(order.index(kept[at - 1]) + 1 if at else 0, one)
    return order
