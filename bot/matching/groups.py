"""Texts by the class that they belong to, so that a number a text becomes a number a class."""

from dataclasses import dataclass

import numpy as np

from bot.matching.lexical import Floats, Ints

# A row in which no more than one number in so many tells anything is worth compressing.
_SPARSE = 4


@dataclass(frozen=True, slots=True)
class Groups:
    """The texts of a class stand together: ``labels`` ascend; those of ``classes[g]`` are ``starts[g]:ends[g]``."""

    labels: Ints
    classes: Ints
    starts: Ints
    ends: Ints

    @classmethod
    def of(cls, labels: Ints) -> "Groups":
        """Return the groups of texts with these ascending *labels*."""
        starts = _starts(labels)
        return cls(labels, labels[starts], starts, np.append(starts[1:], len(labels)).astype(np.int32))

    def best(self, rows: Floats, classes: int) -> Floats:
        """Return the best number of each of so many *classes*, one row a question; zero for a class without texts.

        No number may be below zero. Where most are zero, as those of words are, only the others are looked at.
        """
        best = np.zeros((len(rows), classes), np.float32)
        if np.count_nonzero(rows) * _SPARSE > rows.size:
            best[:, self.classes] = np.maximum.reduceat(rows, self.starts, axis=1)
            return best
        for row, found in zip(rows, best, strict=True):
            told = np.flatnonzero(row != 0)
            if len(told):
                labels = self.labels[told]
                starts = _starts(labels)
                found[labels[starts]] = np.maximum.reduceat(row[told], starts)
        return best

    def best_few(self, row: Floats, classes: Ints, few: int) -> Floats:
        """Return the mean of the best *few* numbers of *row* in each of *classes*, or of all where there are fewer.

        No number may be below zero; every class must have a text.
        """
        places = np.searchsorted(self.classes, classes)
        starts, lengths = self.starts[places], self.ends[places] - self.starts[places]
        table = np.zeros((len(classes), max(int(lengths.max(initial=0)), few)), np.float32)
        held = np.arange(table.shape[1]) < lengths[:, None]
        table[held] = row[(starts[:, None] + np.arange(table.shape[1]))[held]]
        leading = np.partition(table, -few, axis=1)[:, -few:]
        return np.asarray(leading.sum(axis=1) / np.minimum(lengths, few), np.float32)


def _starts(labels: Ints) -> Ints:
    return np.flatnonzero(np.diff(labels, prepend=-1)).astype(np.int32)
