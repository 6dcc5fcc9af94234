"""The uploader's door: who has to go when there are too many, how guesses are slowed, the pace of clients."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, cast

import pytest

from prelabel.bucket.keys import Keys
from prelabel.errors import ServiceUnavailable
from services.uploader import health
from services.uploader.door import guesses as guesses_module
from services.uploader.door import pace as pace_module
from services.uploader.door.addresses import address_of
from services.uploader.door.crowd import Crowd, Guest
from services.uploader.door.guesses import Guesses
from services.uploader.door.pace import Pace, read_in_time
from services.uploader.door.places import Places
from services.uploader.error_answers import Refused
from services.uploader.health import HealthCheck


class Door:
    """A crowd with room for 6 strangers, 3 from one address, and 2 members; `closed`: who had to go, in order."""

    def __init__(self, strangers: int = 6, by_address: int = 3) -> None:
        self.crowd, self.closed = Crowd(strangers, by_address, 2), list[str]()

    def guest(self, name: str, address: str, *, member: bool = False) -> Guest:
        guest = Guest(self.crowd, lambda: self.closed.append(name))
        guest.arrives(address)
        if member:
            guest.becomes_member()
        return guest


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("10.0.0.1", "10.0.0.1"),
        ("::ffff:10.0.0.1", "10.0.0.1"),
        ("2001:db8::1:2:3:4", "2001:db8::"),
        ("2001:db8:0:0:ffff::1", "2001:db8::"),
        ("fe80::1%eth0", "fe80::"),
        ("", ""),
        ("x" * 999, "x" * 64),
    ],
)
def test_one_client_is_one_address(host: str, address: str) -> None:
    assert address_of(host) == address


def test_the_oldest_of_an_address_goes_when_it_has_too_many() -> None:
    door = Door()
    for name in ("a1", "a2", "a3", "a4"):
        door.guest(name, "a")
    door.guest("b1", "b")
    assert door.closed == ["a1"]


def test_the_greediest_address_makes_room_for_others() -> None:
    door = Door()
    for number, address in enumerate("aaabbc"):
        door.guest(f"{address}{number}", address)
    door.guest("d6", "d")
    door.guest("e7", "e")
    assert door.closed == ["a0", "a1"]


def test_who_does_something_new_counts_as_new() -> None:
    door = Door()
    first = door.guest("first", "a")
    for name in ("a2", "a3"):
        door.guest(name, "a")
    first.begins("a", member=False)
    door.guest("a4", "a")
    assert door.closed == ["a2"]


def test_a_proxys_requests_count_for_their_clients() -> None:
    """Given connections of one proxy, when requests run for several clients, then each client has its own count."""
    door = Door()
    for client in ("x", "y", "z"):
        for _ in range(2):
            door.guest(client, "proxy").begins(client, member=False)
    assert door.closed == []


def test_strangers_do_not_put_members_out_and_members_are_bounded_too() -> None:
    door = Door()
    members = [door.guest("member", "a", member=True) for _ in range(2)]
    for _ in range(50):
        door.guest("stranger", "a")
    assert door.closed == ["stranger"] * 47
    with pytest.raises(Refused, match="2 clients are served already"):
        door.guest("third", "b", member=True)
    members[0].begins("a", member=True)
    members[1].leaves()
    assert door.guest("fourth", "b", member=True).member


def test_who_is_gone_takes_no_room_even_if_the_request_still_runs() -> None:
    door = Door()
    for member in (False, True) * 5:
        guest = door.guest("gone", "a")
        guest.leaves()
        guest.begins("a", member=member)
        guest.becomes_member()
        guest.rests()
    assert [door.guest("here", "b", member=True).member for _ in range(2)] == [True, True]
    assert door.closed == []


def test_images_wait_for_a_place_and_who_reads_too_slowly_loses_it() -> None:
    async def reads(places: Places, guest: Guest, seconds: float) -> None:
        async with places.place(guest):
            await asyncio.sleep(seconds)

    async def all_read() -> list[str]:  # closed while only quick ones wait, and in the end
        door, places = Door(99, 99), Places(2, 2, patience_s=0.5)
        slow = asyncio.create_task(reads(places, door.guest("slow", "a"), 30))
        await asyncio.sleep(0)
        await asyncio.gather(*(reads(places, door.guest("quick", "a"), 0.01) for _ in range(3)))
        quick = list(door.closed)
        other = asyncio.create_task(reads(places, door.guest("other", "b"), 30))
        await asyncio.sleep(0)
        await asyncio.wait_for(reads(places, door.guest("late", "c"), 0), 5)
        for task in (slow, other):
            task.cancel()
        return [*quick, "|", *door.closed]

    assert asyncio.run(all_read()) == ["|", "slow"]


class Guessing:
    """Guesses with a clock of their own; `paused`: the pauses so far."""

    def __init__(self) -> None:
        self.now, self.paused = 0.0, list[float]()
        self.guesses = Guesses(lambda: self.now, self._pause)

    async def _pause(self, seconds: float) -> None:
        self.paused.append(seconds)

    def judge(self, address: str, *, right: bool = False) -> str:
        try:
            return str(asyncio.run(self.guesses.judge(address, lambda: right)))
        except Refused as error:
            return f"{error.status} {error.headers['Retry-After']}"


def test_wrong_guesses_of_an_address_are_few_and_come_back_slowly() -> None:
    door = Guessing()
    assert [door.judge("a") for _ in range(12)] == ["False"] * 10 + ["429 6"] * 2
    assert door.judge("a", right=True) == "429 6", "not even a right one is judged"
    assert (door.judge("b"), door.judge("b", right=True)) == ("False", "True"), "elsewhere nobody is locked out"
    door.now += 7
    assert [door.judge("a"), door.judge("a")] == ["False", "429 6"]


def test_who_has_shown_the_key_is_slowed_and_not_locked_out() -> None:
    """Given a person and a guesser at one address, then the right key still passes there, a second later."""
    door = Guessing()
    assert [door.judge("a", right=True) for _ in range(50)] == ["True"] * 50
    assert [door.judge("a") for _ in range(10)] == ["False"] * 10
    assert door.paused == []
    assert [door.judge("a"), door.judge("a", right=True)] == ["False", "True"]
    assert door.paused == [1.0, 1.0]
    door.now += guesses_module._PROVEN_S + 1
    assert [door.judge("a") for _ in range(11)][-1] == "429 6"


def test_guesses_from_many_addresses_are_slowed_together() -> None:
    door = Guessing()
    assert door.judge("known", right=True) == "True"
    assert [door.judge(f"10.0.0.{number}") for number in range(300)] == ["False"] * 300
    assert door.paused == []
    assert (door.judge("new", right=True), door.paused) == ("True", [1.0])
    assert (door.judge("known", right=True), door.paused) == ("True", [1.0])
    door.now += 1
    assert (door.judge("newer", right=True), door.paused) == ("True", [1.0])


def test_memory_does_not_grow_with_addresses() -> None:
    door = Guessing()

    async def all_guess() -> None:
        for number in range(guesses_module._MOST_ADDRESSES + 500):
            await door.guesses.judge(f"wrong-{number}", lambda: False)
        for number in range(guesses_module._MOST_PROVEN + 500):
            await door.guesses.judge(f"right-{number}", lambda: True)

    asyncio.run(all_guess())
    assert len(door.guesses._own) == guesses_module._MOST_ADDRESSES
    assert len(door.guesses._proven) == guesses_module._MOST_PROVEN


def drips(pace: Pace) -> None:
    for _ in range(61):
        pace.note(1.0, 40)


def test_a_file_may_come_over_a_phone_line_and_must_not_drip() -> None:
    phone, tunnel, drip, late = Pace(), Pace(), Pace(), Pace()
    for _ in range(600):
        phone.note(1.0, 2500)
    for _ in range(20):
        tunnel.note(25.0, 40_000)
        tunnel.note(25.0, 100_000)
    with pytest.raises(Refused, match="2048 bytes a second"):
        drips(drip)
    late.note(0.1, 100 * 2**20)  # a quick start pays for nothing later
    drips(late)
    with pytest.raises(Refused):
        drips(late)


def test_a_check_of_a_server_that_is_away_is_shared(monkeypatch: pytest.MonkeyPatch) -> None:
    """Given many who ask for health while Redis is away, then it is tried once a second."""
    asked = list[float]()

    class Away:
        def now(self) -> float:
            asked.append(0.0)
            raise ServiceUnavailable("Redis does not answer")

    check = HealthCheck(cast(Any, Away()), cast(Any, None), Keys("raw/", "processed/", "words/", "stored/"))
    for expected in (1, 1, 1, 2):
        if expected == 2:
            monkeypatch.setattr(health, "_FAILED_FRESH_S", -1.0)
        with pytest.raises(ServiceUnavailable):
            check.require()
        assert len(asked) == expected


def test_an_answer_goes_out_in_pieces_and_a_client_that_reads_nothing_is_cut_off(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pace_module, "_PIECE_S", 0.05)
    sent, door = list[Any](), Door()

    def sends(after_pieces: int) -> Callable[[Any], Any]:
        async def send(message: Any) -> None:
            sent.append(message)
            await asyncio.sleep(9 if len(sent) > after_pieces else 0)

        return send

    async def answer(after_pieces: int) -> bytes:
        sent.clear()
        send = read_in_time(sends(after_pieces), door.guest("reader", "a"))
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": bytes(200_000), "more_body": False})
        return b"".join(message.get("body", b"") for message in sent)

    assert asyncio.run(answer(99)) == bytes(200_000)
    assert [message["more_body"] for message in sent[1:]] == [True, True, True, False]
    assert door.closed == []
    assert len(asyncio.run(answer(2))) == 2 * 65536
    assert door.closed == ["reader"]
