"""A small tower behind a machine controller, written from docs/protocol/register-map.md alone.

It shares no line with the product: names, fingerprint, checksum, offsets and codes are typed here a
second time, so that a mistake on one side cannot cancel out on the other. Moves take a fixed time and
the only interlocks are those that the tests rely on. Words from standard input play people and fate.
"""

import asyncio
import sys
import time
import zlib

ID = "peer"
SLOTS = ["01-1", "01-2", "02-1", "02-2", "03-1", "03-2"]
LIFTS = ["lift-1"]
BAYS = ["bay-1"]
PLACES = SLOTS + BAYS
LIFT, BAY = 0, 1
LIFT_NUMBER = 0x8001
BAY_NUMBER = len(PLACES)

NOT_HOMED, IDLE, BUSY = 1, 2, 3
DONE, REFUSED, WITHDRAWN = 1, 2, 4
CLOSED, MOVING, OPEN = 1, 2, 3
ACCEPTED, REPEAT, EPOCH, NUMBER, CHECKSUM, ACTION, PLACE, IN_HAND = range(1, 9)
NOT_READY, SOURCE_EMPTY, TARGET_OCCUPIED, DOOR = 1, 3, 4, 5
HOME, MOVE, OPEN_OUTER, CLOSE_OUTER, GO, WITHDRAW = range(1, 7)

# Seconds that an action takes. A car is on the lift in the second half of a move.
TAKES = {HOME: 0.2, MOVE: 0.6, OPEN_OUTER: 0.2, CLOSE_OUTER: 0.2, GO: 0.2}


def crc16(words):
    """The checksum of an order: CRC-16/MODBUS, high byte of each word first."""
    crc = 0xFFFF
    for word in words:
        for byte in (word >> 8, word & 0xFF):
            crc ^= byte
            for _ in range(8):
                crc = (crc >> 1) ^ 0xA001 if crc & 1 else crc >> 1
    return crc


def double(value):
    """Splits 32 bits into two words, the high one first."""
    return [(value >> 16) & 0xFFFF, value & 0xFFFF]


class Unit:
    """The lift, or the bay's outer door."""

    def __init__(self, mode):
        self.mode = mode
        self.outcome = self.answer = self.reason = 0
        self.accepted = self.finished = self.answered = 0
        self.work = None

    def end(self, outcome, reason=0):
        self.outcome, self.reason, self.finished = outcome, reason, self.accepted

    def words(self, part):
        head = [self.mode, self.outcome, 0, self.answer, self.reason, 0]
        numbers = double(self.accepted) + double(self.finished) + double(self.answered)
        return head + numbers + part


class Tower:
    """What the controller knows and what stands in the tower."""

    def __init__(self, epoch=1):
        self.tags = dict.fromkeys(range(1, len(PLACES) + 1), 0)
        self.tags[LIFT_NUMBER] = 0
        self.outer, self.exits = CLOSED, 0
        self.heartbeat = self.generation = 0
        self.counted = None
        self.boot(epoch)

    def boot(self, epoch):
        """Power comes back: numbers are forgotten, cars and doors stand where they stood."""
        self.epoch, self.exits = epoch, 0
        self.units = [Unit(NOT_HOMED), Unit(IDLE)]
        if self.outer == MOVING:
            self.outer = CLOSED

    def receive(self, unit, words):
        """Takes one order block and returns the answer to it."""
        known = self.units[unit]
        known.answered = words[2] << 16 | words[3]
        known.answer = self.judge(unit, known, words)
        if known.answer == ACCEPTED:
            known.accepted = known.answered
            self.begin(known, *words[4:7])
        return known.answer

    def judge(self, unit, known, words):
        if crc16(words[:9]) != words[9]:
            return CHECKSUM
        if words[4] not in range(HOME, WITHDRAW + 1):
            return ACTION
        if words[7] != unit + 1 or not self.fits(unit, *words[4:7]):
            return PLACE
        if words[0] << 16 | words[1] != self.epoch:
            return EPOCH
        if known.accepted and known.answered == known.accepted:
            return REPEAT
        if known.answered != known.accepted + 1:
            return NUMBER
        return IN_HAND if known.finished != known.accepted else ACCEPTED

    def fits(self, unit, action, source, target):
        if action == MOVE:
            return unit == LIFT and source in self.tags and target in self.tags
        if action in (OPEN_OUTER, CLOSE_OUTER):
            return unit == BAY and source == BAY_NUMBER
        return action == WITHDRAW or unit == LIFT

    def begin(self, known, action, source, target):
        if action == WITHDRAW:
            return known.end(WITHDRAWN)
        reason = self.interlock(known, action, source, target)
        if reason:
            return known.end(REFUSED, reason)
        known.mode = BUSY
        if action in (OPEN_OUTER, CLOSE_OUTER):
            self.outer = MOVING
        now = time.monotonic()
        known.work = (action, source, target, now + TAKES[action] / 2, now + TAKES[action])

    def interlock(self, known, action, source, target):
        if known.mode != IDLE and not (known.mode == NOT_HOMED and action == HOME):
            return NOT_READY
        if action != MOVE:
            return 0
        if not self.tags[source]:
            return SOURCE_EMPTY
        if self.tags[target]:
            return TARGET_OCCUPIED
        return DOOR if BAY_NUMBER in (source, target) and self.outer != CLOSED else 0

    def scan(self):
        """One scan: whatever is due happens, and the image of it is returned."""
        now = time.monotonic()
        for known in self.units:
            if known.work:
                self.carry_on(known, now)
        self.heartbeat = (self.heartbeat + 1) & 0xFFFF
        body = self.body()
        if body != self.counted:
            self.counted = body
            self.generation = (self.generation + 1) & 0xFFFF
        return self.identity() + self.head() + body + [self.generation]

    def carry_on(self, known, now):
        action, source, target, half, end = known.work
        if action == MOVE and now >= half and source != LIFT_NUMBER:
            self.shift(source, LIFT_NUMBER)
            known.work = (action, LIFT_NUMBER, target, half, end)
        if now < end:
            return
        if action == MOVE:
            self.shift(LIFT_NUMBER, target)
        if action in (OPEN_OUTER, CLOSE_OUTER):
            self.outer = OPEN if action == OPEN_OUTER else CLOSED
        known.work, known.mode = None, IDLE
        known.end(DONE)

    def shift(self, source, target):
        if source != target:
            self.tags[target], self.tags[source] = self.tags[source], 0

    def identity(self):
        names = "".join(f"{name}\n" for name in [ID] + PLACES + LIFTS + BAYS)
        fingerprint = double(zlib.crc32(names.encode()))
        counts = [len(PLACES), len(LIFTS), len(BAYS)]
        return [0x4155, 0x544D, 2] + counts + fingerprint + [0] * 8

    def head(self):
        return [self.generation, self.heartbeat] + double(self.epoch) + [0] * 12

    def body(self):
        lift = double(0) + double(self.tags[LIFT_NUMBER])
        loaded = int(self.tags[BAY_NUMBER] != 0)
        bay = [self.outer, CLOSED, loaded, self.exits]
        table = [word for place in range(1, len(PLACES) + 1) for word in double(self.tags[place])]
        return self.units[LIFT].words(lift) + self.units[BAY].words(bay) + table

    def drive_in(self, tag):
        if self.outer != OPEN or self.tags[BAY_NUMBER]:
            return "error: the bay is closed or taken"
        self.tags[BAY_NUMBER] = tag
        return "ok"

    def drive_out(self):
        if self.outer != OPEN or not self.tags[BAY_NUMBER]:
            return "error: the bay is closed or empty"
        self.tags[BAY_NUMBER] = 0
        self.exits += 1
        return "ok"


class Fate:
    """What the next lines from standard input asked for, and the server has yet to do."""

    def __init__(self):
        self.late = 0.0

    async def delay(self):
        """Keeps the next reply back once, if that was asked for."""
        late, self.late = self.late, 0.0
        if late:
            await asyncio.sleep(late)


async def obey(tower, fate, drop):
    """Takes one line at a time from standard input until it ends, and answers each."""
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        word, *rest = line.split()
        answer = "ok"
        if word == "drive-in":
            answer = tower.drive_in(int(rest[0]))
        elif word == "drive-out":
            answer = tower.drive_out()
        elif word == "late":
            fate.late = float(rest[0])
        elif word == "drop":
            drop()
        elif word == "restart":
            tower.boot(tower.epoch + 1)
            drop()
        elif word == "cars":
            answer = "ok " + " ".join(f"{place}={tag}" for place, tag in tower.tags.items() if tag)
        else:
            answer = f"error: no such word {word}"
        print(answer, flush=True)
