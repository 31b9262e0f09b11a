"""
Slowing down whoever guesses passwords, without locking anybody out.

Every try to log in counts in buckets. A browser that has logged in before carries a signed device token;
its tries count only in the bucket of the account and the device, so nobody else can slow it down. All
others count in the account's untrusted bucket, in that of the network they come from, and in one for all
together. Activation codes are too long to guess, so a try with one leaves the untrusted bucket alone: who
is being attacked gets in from a new device with a code of the superior.

Two kinds of bucket: `failed` counts failures and makes the next try wait, `spend` evens out a pace. No wait
is longer than an hour (a quarter of one unless the province says otherwise), and nothing is remembered for more than
a day; what a clock has stored that ran ahead is forgotten at once.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Self

import attrs

from kaohe_workflow.application.accounts.clocks import was_ahead
from kaohe_workflow.application.ports import UnitOfWork
from kaohe_workflow.application.stored import Throttle
from kaohe_workflow.errors import TooManyTries
from kaohe_workflow.lifecycles.institution.case import LogInPace
from kaohe_workflow.values.parameters import Parameters

FREE_TRIES = 5
"""Failures after which no wait follows yet: from the fifth on the next try waits."""

FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(minutes=15)
FORGOTTEN_AFTER = timedelta(hours=24)
"""Without a failure for so long, counting begins again."""

_BUCKETS_BITS = 24
_HEX_DIGITS = _BUCKETS_BITS // 4


@attrs.frozen
class Pace:
    """``burst`` tries at once, then one for each ``interval``."""

    burst: int
    interval: timedelta


NETWORK_PACE = Pace(60, timedelta(seconds=1))
"""From one network (IPv4 /24, IPv6 /64): a hospital's staff on the first day, not a list of numbers."""

GLOBAL_PACE = Pace(200, timedelta(milliseconds=100))
"""From everywhere together: what one core can hash beside its other work."""


LOOKUP_PACE = Pace(30, timedelta(minutes=2))
"""Thirty people looked up at once, and thirty an hour in the long run: a clerk's work, not a list of numbers."""

RESET_PACE = Pace(20, timedelta(minutes=3))
"""Twenty passwords reset at once, and twenty an hour in the long run: a bad morning, not a house that is taken over."""

ACTIVATION_PACE = Pace(1, timedelta(minutes=3))
"""A sheet of twenty activation codes (开通单) every three minutes: a hospital in an hour, and time to stop it."""

UPLOAD_PACE = Pace(60, timedelta(minutes=1))
"""Sixty files handed in at once, and sixty an hour in the long run: the proofs of a department, not a full disk."""

VERIFICATION_PACE = Pace(30, timedelta(seconds=10))
"""Thirty certificates checked at once, and six a minute in the long run: a pile of papers, not a search for codes."""

PUBLIC_LIST_PACE = Pace(30, timedelta(seconds=2))
"""Thirty readings of a published list at once, and thirty a minute in the long run: a town's offices together."""


REVEAL_PACE = Pace(50, timedelta(days=1) / 50)
"""Fifty numbers unmasked at once, and fifty a day in the long run: single cases, not a register."""

EXPORT_PACE = Pace(20, timedelta(minutes=15))
"""Twenty sheets at once, and four an hour in the long run."""


@attrs.frozen
class Limits:
    """
    What a province lets whoever guesses do (`log_in_…` among its parameters).

    ``free`` failures are without a wait, ``longest`` is the longest one; ``institution`` is the pace of all tries on
    one institution's accounts together from browsers that have not logged in before.
    """

    free: int = FREE_TRIES
    longest: timedelta = LONGEST_WAIT
    institution: Pace = Pace(200, timedelta(seconds=1))

    @classmethod
    def of(cls, parameters: Parameters) -> Self:
        """Return the limits that a province's parameters set."""
        return cls(
            parameters.log_in_free_tries,
            timedelta(minutes=parameters.log_in_longest_wait_minutes),
            Pace(
                parameters.log_in_institution_burst,
                timedelta(minutes=1) / parameters.log_in_institution_per_minute,
            ),
        )

    def of_house(self, pace: LogInPace | None) -> Limits:
        """Return the limits for the accounts of an institution that has a pace of its own."""
        if pace is None:
            return self
        return attrs.evolve(self, institution=Pace(pace.burst, timedelta(minutes=1) / pace.per_minute))


LIMITS = Limits()
"""The limits of a province that says nothing else."""


@attrs.frozen
class Bucket:
    """
    Where a try counts; ``pace`` None counts failures.

    Where only the account's owner can have failed, a success clears the bucket (``owners``).
    """

    name: str
    pace: Pace | None = None
    owners: bool = False
    limits: Limits = LIMITS


def device_bucket(login_hash: str, device: str, limits: Limits = LIMITS) -> Bucket:
    """The bucket of an account and a device that it has logged in from."""
    return Bucket(f"device:{login_hash}:{device}", owners=True, limits=limits)


def institution_bucket(institution_id: str, limits: Limits) -> Bucket:
    """
    The bucket of all accounts of an institution and all devices that have not logged in to the one they try.

    Who has logged in before, or has a code, does not come by here: nobody shuts a hospital's staff out.
    """
    return Bucket(f"institution:{institution_id}", limits.institution)


def untrusted_bucket(login_hash: str, limits: Limits = LIMITS) -> Bucket:
    """
    The bucket of an account and all devices that it has not logged in from.

    Names that no account has count in the same way, so that waiting does not tell them apart. Only 24 bits
    of the keyed hash name the bucket, or invented names would fill the store: at most 16.7 million rows,
    and of four million accounts one in four shares its bucket with another.
    """
    return Bucket(f"untrusted:{login_hash[:_HEX_DIGITS]}", limits=limits)


def password_change_bucket(account_id: str) -> Bucket:
    """The bucket of the old password that is asked for when it is changed."""
    return Bucket(f"change:{account_id}", owners=True)


def factor_bucket(account_id: str, device: str | None) -> Bucket:
    """
    The bucket of the second factor's codes: of one browser that has logged in before, or of all others together.

    Only who has the password comes this far, so nobody else slows the owner down.
    """
    return Bucket(f"factor:{account_id}:{device or 'untrusted'}")


def lookup_bucket(account_id: str) -> Bucket:
    """The bucket of an account that looks people up by their numbers."""
    return Bucket(f"lookup:{account_id}", LOOKUP_PACE)


def reveal_bucket(account_id: str) -> Bucket:
    """The bucket of an account that asks for unmasked numbers."""
    return Bucket(f"reveal:{account_id}", REVEAL_PACE)


def export_bucket(account_id: str) -> Bucket:
    """The bucket of an account that makes sheets of lists."""
    return Bucket(f"export:{account_id}", EXPORT_PACE)


def reset_bucket(account_id: str) -> Bucket:
    """The bucket of an account that resets passwords of others."""
    return Bucket(f"reset:{account_id}", RESET_PACE)


def activation_bucket(account_id: str) -> Bucket:
    """The bucket of an account that has sheets of activation codes made."""
    return Bucket(f"activation:{account_id}", ACTIVATION_PACE)


def upload_bucket(account_id: str) -> Bucket:
    """The bucket of an account that hands in files."""
    return Bucket(f"upload:{account_id}", UPLOAD_PACE)


def network_bucket(address: str | None) -> Bucket:
    """
    The bucket of the network that a try comes from; one for all whose address is not known.

    >>> network_bucket("203.0.113.77").name, network_bucket("2001:db8::1:2").name
    ('network:203.0.113.0/24', 'network:2001:db8::/64')
    """
    return Bucket(f"network:{network_of(address)}", NETWORK_PACE)


def verification_bucket(address: str | None) -> Bucket:
    """The bucket of the network that asks whether certificates hold; apart from log-ins, which it never slows down."""
    return Bucket(f"verification:{network_of(address)}", VERIFICATION_PACE)


def public_list_bucket(address: str | None) -> Bucket:
    """The bucket of the network that reads a published list without a session."""
    return Bucket(f"public-list:{network_of(address)}", PUBLIC_LIST_PACE)


def global_bucket() -> Bucket:
    """The bucket of all tries from devices that are not known."""
    return Bucket("global", GLOBAL_PACE)


def network_of(address: str | None) -> str:
    """The network of an address: IPv4 /24, IPv6 /64, ``unknown`` where it is none."""
    try:
        parsed = ip_address(address or "")
    except ValueError:
        return "unknown"
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped:
        parsed = parsed.ipv4_mapped
    return str(ip_network(f"{parsed}/{24 if parsed.version == 4 else 64}", strict=False))


def wait_after(failures: int, limits: Limits = LIMITS) -> timedelta:
    """
    Return how long the next try waits after so many failures in a row.

    >>> [wait_after(n).total_seconds() for n in (4, 5, 6, 9, 10, 99)]
    [0.0, 30.0, 60.0, 480.0, 900.0, 900.0]
    """
    if failures < limits.free:
        return timedelta()
    # Beyond a few doublings the longest wait holds anyway; the bound keeps the shift small.
    return min(FIRST_WAIT * (1 << min(failures - limits.free, 10)), limits.longest)


def _believed(held: Throttle | None, now: datetime) -> Throttle | None:
    """
    What a bucket holds, None where it was stored by a clock that ran ahead.

    Its wait would last until the right time has caught up. Nobody who guesses sets clocks, so he gains nothing.
    """
    return None if held is None or was_ahead(held.failed_at, now) else held


def failed(before: Throttle | None, bucket: Bucket, now: datetime) -> Throttle:
    """Return the bucket with one failure more."""
    before = _believed(before, now)
    forgotten = before is None or now - before.failed_at >= FORGOTTEN_AFTER
    failures = 1 if before is None or forgotten else before.failures + 1
    wait = wait_after(failures, bucket.limits)
    return Throttle(bucket.name, failures, now, now + wait if wait else None)


def spend(before: Throttle | None, bucket: Bucket, pace: Pace, now: datetime) -> Throttle:
    """
    Return the bucket with one try more.

    What is stored is the instant from which a try is taken (the generic cell rate algorithm): each try
    moves it on by the interval, from no earlier than a whole burst before now.
    """
    before = _believed(before, now)
    whole = now - pace.interval * (pace.burst - 1)
    free_from = before.blocked_until if before is not None and before.blocked_until is not None else whole
    return Throttle(bucket.name, 0, now, max(free_from, whole) + pace.interval)


def one_more_within(before: Throttle | None, name: str, now: datetime, span: timedelta) -> Throttle:
    """Return the count of the span that runs with one more; after its end, which is excluded, counting begins again."""
    before = _believed(before, now)
    if before is None or before.blocked_until is None or before.blocked_until <= now:
        return Throttle(name, 1, now, now + span)
    return Throttle(name, before.failures + 1, now, before.blocked_until)


def blocked_until(throttle: Throttle | None, now: datetime) -> datetime | None:
    """Return when the bucket takes the next try, None if it takes one now."""
    throttle = _believed(throttle, now)
    if throttle is None or throttle.blocked_until is None or throttle.blocked_until <= now:
        return None
    return throttle.blocked_until


@attrs.frozen
class Counted:
    """A try that one failure bucket counted before it was made: what the bucket held, and holds now."""

    bucket: Bucket
    before: Throttle | None
    after: Throttle


def reserve(unit: UnitOfWork, buckets: Iterable[Bucket], now: datetime) -> tuple[Counted, ...]:
    """
    Count a try in every bucket before it is made.

    It counts as a failure until it has succeeded: tries at the same time cannot all pass on one count.

    Raises:
        TooManyTries: a bucket takes no try now; nothing is counted.
    """
    wanted = tuple(buckets)
    unit.serialise(*(f"throttle/{bucket.name}" for bucket in wanted))
    held = [(bucket, _believed(unit.throttle(bucket.name), now)) for bucket in wanted]
    waits = [until for _, throttle in held if (until := blocked_until(throttle, now)) is not None]
    if waits:
        raise TooManyTries(max(waits))
    counted = []
    for bucket, before in held:
        if bucket.pace is not None:
            unit.save_throttle(spend(before, bucket, bucket.pace, now))
        else:
            after = failed(before, bucket, now)
            unit.save_throttle(after)
            counted.append(Counted(bucket, before, after))
    return tuple(counted)


def give_back(unit: UnitOfWork, counted: Iterable[Counted]) -> None:
    """
    Take back the failures of a try that succeeded.

    In the untrusted bucket only its own: what others did to the account stays counted, or every log-in of its
    owner would give them five free tries more.
    """
    given = tuple(counted)
    unit.serialise(*(f"throttle/{one.bucket.name}" for one in given))
    for one in given:
        if one.bucket.owners:
            unit.clear_throttle(one.bucket.name)
        else:
            _take_one_back(unit, one)


def undo(unit: UnitOfWork, counted: Iterable[Counted]) -> None:
    """
    Take back the failures of a try that was never made: no secret was looked at, so nothing failed or succeeded.

    What else was counted meanwhile stays. The paces stay spent: they even out how much is asked, not who is wrong.
    """
    given = tuple(counted)
    unit.serialise(*(f"throttle/{one.bucket.name}" for one in given))
    for one in given:
        _take_one_back(unit, one)


def _take_one_back(unit: UnitOfWork, one: Counted) -> None:
    """The bucket as it was before the try, or with one failure less if others have come since."""
    held = unit.throttle(one.bucket.name)
    if held is None:
        return
    if held != one.after:
        _keep_the_others(unit, one.bucket, held)
    elif one.before is None:
        unit.clear_throttle(one.bucket.name)
    else:
        unit.save_throttle(one.before)


def _keep_the_others(unit: UnitOfWork, bucket: Bucket, held: Throttle) -> None:
    """The bucket with one failure less, and the wait that those which remain ask for: none where nobody has failed."""
    left = held.failures - 1
    if left <= 0:
        unit.clear_throttle(bucket.name)
        return
    wait = wait_after(left, bucket.limits)
    unit.save_throttle(
        attrs.evolve(held, failures=left, blocked_until=held.failed_at + wait if wait else None)
    )
